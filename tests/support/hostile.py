"""Files that try to get out of their reader, and canaries that tell if one did.

``plant_canaries`` puts secrets where a server could read them: a text file, another user's
private measurement, a listener on the loopback interface. ``build_escapes`` makes one file per
way out, ``build_traps`` files that exhaust or confuse a reader. Secrets are random; whoever finds
one in an answer, log, index, picture or derived file has found a leak.
"""

from __future__ import annotations

import ctypes
import dataclasses
import http.server
import json
import pickle
import secrets
import shutil
import threading
import zlib
from typing import TYPE_CHECKING

import dclab
import h5py
import hdf5plugin
import numpy as np
from h5py import h5d, h5p, h5s, h5t

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Callable

EVENTS = 60
META = {
    "experiment": {"sample": "decoy", "run index": 1, "event count": EVENTS},
    "imaging": {"pixel size": 0.34, "frame rate": 2000.0, "roi size x": 40, "roi size y": 20},
    "setup": {"channel width": 20.0, "chip region": "channel", "flow rate": 0.06},
}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Canaries:
    """What no answer of a server may contain, and a listener that must stay silent."""

    secret: str
    numbers: tuple[float, ...]
    text_file: pathlib.Path
    private_file: pathlib.Path
    url: str
    requests: list[str]
    server: http.server.ThreadingHTTPServer

    def found_in(self, data: bytes | str) -> bool:
        """Whether a secret is in the data, as text or as a number in any common form."""
        data = data.encode() if isinstance(data, str) else data
        forms = [self.secret.encode()]
        for number in self.numbers:
            forms += [repr(number).encode(), np.float64(number).tobytes()]
            forms += [np.float32(number).tobytes(), repr(float(np.float32(number))).encode()]
        return any(form in data for form in forms)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Escape:
    """A hostile file; ``is_refused``: the gate must not let it pass."""

    name: str
    path: pathlib.Path
    is_refused: bool


def write_measurement(path: pathlib.Path, events: int = EVENTS, **features) -> pathlib.Path:
    """Write a small valid measurement with image and mask; ``features`` replace or add."""
    steps = np.linspace(0, 1, events)
    mask = np.zeros((events, 20, 40), dtype=bool)
    mask[:, 6:14, 12:26] = True
    image = np.full((events, 20, 40), 120, dtype=np.uint8)
    image[:, 5:15, 11:27] = 90
    columns = {"deform": 0.01 + 0.1 * steps**2, "area_um": 30 + 40 * steps, "image": image}
    columns |= {"mask": mask, "pos_x": 10 + steps, "pos_y": 5 + steps} | features
    with dclab.RTDCWriter(path, mode="reset") as writer:
        meta = {section: dict(keys) for section, keys in META.items()}
        meta["experiment"]["event count"] = events
        writer.store_metadata(meta)
        for name, values in columns.items():
            if values is not None:
                writer.store_feature(name, values)
    return path


def write_empty_measurement(path: pathlib.Path) -> pathlib.Path:
    """Write a measurement that was stopped before its first event."""
    write_measurement(path)
    with h5py.File(path, "a") as file:
        for name, feature in list(file["events"].items()):
            shape, dtype = (0, *feature.shape[1:]), feature.dtype
            del file["events"][name]
            file["events"].create_dataset(name, shape=shape, dtype=dtype)
        file.attrs["experiment:event count"] = 0
    return path


def plant_canaries(folder: pathlib.Path) -> Canaries:
    """Make secrets and start the listener; close with ``silence``."""
    secret = "canary-" + secrets.token_hex(16)
    numbers = tuple(0.02 + secrets.randbelow(10**9) / 1e10 for _ in range(EVENTS))
    text_file = folder / f"secret-{secrets.token_hex(4)}.txt"
    text_file.write_text(f"{secret}\n" * 5000)
    private_file = write_measurement(
        folder / f"private-{secrets.token_hex(4)}.rtdc",
        deform=np.array(numbers),
        bright_avg=np.array(numbers),
    )
    with dclab.RTDCWriter(private_file) as writer:
        writer.store_metadata({"experiment": {"sample": secret}})
        writer.store_log("diary", [secret])
        writer.store_table("salaries", {"amount": np.array(numbers)})
    requests: list[str] = []
    server = _listen(requests, private_file)
    url = f"http://127.0.0.1:{server.server_address[1]}"
    return Canaries(
        secret=secret,
        numbers=numbers,
        text_file=text_file,
        private_file=private_file,
        url=url,
        requests=requests,
        server=server,
    )


def silence(canaries: Canaries) -> None:
    """Stop the listener."""
    canaries.server.shutdown()
    canaries.server.server_close()


def _listen(requests: list[str], served: pathlib.Path) -> http.server.ThreadingHTTPServer:
    """Serve the private file to whoever asks, and note that somebody did."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            requests.append(f"{self.command} {self.path}")
            body = served.read_bytes()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        do_HEAD = do_POST = do_GET  # noqa: N815  names of the base class

        def log_message(self, *args) -> None:
            """Stay quiet."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def build_escapes(folder: pathlib.Path, canaries: Canaries) -> dict[str, Escape]:
    """Write one file per way out."""
    built = {}
    for name, (spoil, is_refused) in ESCAPES.items():
        path = write_measurement(folder / f"{name}.rtdc")
        with h5py.File(path, "a") as file:
            spoil(file, canaries)
        built[name] = Escape(name=name, path=path, is_refused=is_refused)
    return built


def _replace_external(file: h5py.File, name: str, source: pathlib.Path, shape, dtype) -> None:
    if name in file:
        del file[name]
    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    file.create_dataset(name, shape=shape, dtype=dtype, external=[(str(source), 0, size)])


def _external_feature(file, canaries):
    _replace_external(file, "events/deform", canaries.text_file, (EVENTS,), "f8")


def _external_image(file, canaries):
    _replace_external(file, "events/image", canaries.text_file, (EVENTS, 20, 40), "u1")


def _external_log(file, canaries):
    _replace_external(file, "logs/leak", canaries.text_file, (40,), "S100")


def _external_table(file, canaries):
    _replace_external(file, "tables/leak", canaries.text_file, (40, 8), "S1")


def _external_trace(file, canaries):
    _replace_external(file, "events/trace/fl1_raw", canaries.text_file, (EVENTS, 20), "i2")


def _external_unknown_place(file, canaries):
    _replace_external(file, "notes/deep/er/leak", canaries.text_file, (40,), "S100")


def _link_feature(file, canaries):
    del file["events/deform"]
    file["events/deform"] = h5py.ExternalLink(str(canaries.private_file), "/events/deform")


def _link_logs(file, canaries):
    file["logs"] = h5py.ExternalLink(str(canaries.private_file), "/logs")


def _link_events(file, canaries):
    del file["events"]
    file["events"] = h5py.ExternalLink(str(canaries.private_file), "/events")


def _link_through_soft(file, canaries):
    file["elsewhere"] = h5py.ExternalLink(str(canaries.private_file), "/")
    del file["events/deform"]
    file["events/deform"] = h5py.SoftLink("/elsewhere/events/deform")


def _link_relative(file, canaries):
    del file["events/deform"]
    relative = f"../{canaries.private_file.parent.name}/{canaries.private_file.name}"
    file["events/deform"] = h5py.ExternalLink(relative, "/events/deform")


def _virtual_feature(file, canaries):
    del file["events/deform"]
    layout = h5py.VirtualLayout(shape=(EVENTS,), dtype="f8")
    layout[:] = h5py.VirtualSource(str(canaries.private_file), "events/deform", shape=(EVENTS,))
    file.create_virtual_dataset("events/deform", layout)


def _virtual_pattern(file, canaries):
    """A name with a counter in it: all files that match are shown one after the other."""
    del file["events/deform"]
    pattern = str(canaries.private_file).encode() + b"%b"
    endless = h5s.create_simple((EVENTS,), (h5s.UNLIMITED,))
    endless.select_hyperslab((0,), (h5s.UNLIMITED,), stride=(EVENTS,), block=(EVENTS,))
    plan = h5p.create(h5p.DATASET_CREATE)
    plan.set_layout(h5d.VIRTUAL)
    plan.set_virtual(endless, pattern, b"events/deform", h5s.create_simple((EVENTS,)))
    space = h5s.create_simple((EVENTS,), (h5s.UNLIMITED,))
    h5d.create(file["events"].id, b"deform", h5t.IEEE_F64LE, space, plan)


def _foreign_filter(file, canaries):
    del canaries
    del file["events/deform"]
    file.create_dataset(
        "events/deform", data=np.ones(EVENTS), chunks=(EVENTS,), **hdf5plugin.Blosc()
    )


class _LinkClass(ctypes.Structure):
    """``H5L_class_t`` of ``H5Lpublic.h``."""

    _fields_ = (
        ("version", ctypes.c_int),
        ("id", ctypes.c_int),
        ("comment", ctypes.c_char_p),
        ("create", ctypes.c_void_p),
        ("move", ctypes.c_void_p),
        ("copy", ctypes.c_void_p),
        ("traverse", ctypes.CFUNCTYPE(ctypes.c_int64)),
        ("delete", ctypes.c_void_p),
        ("query", ctypes.c_void_p),
    )


def _user_defined_link(file, canaries):
    number = 187
    hdf5 = ctypes.CDLL(h5py.h5z.__file__)
    traverse = ctypes.CFUNCTYPE(ctypes.c_int64)(lambda: -1)
    kind = _LinkClass(version=1, id=number, comment=b"test", traverse=traverse)
    assert hdf5.H5Lregister(ctypes.byref(kind)) >= 0
    target = str(canaries.private_file).encode()
    events = file["events"]
    try:
        made = hdf5.H5Lcreate_ud(
            ctypes.c_int64(events.id.id),
            b"bright_avg",
            ctypes.c_int(number),
            target,
            ctypes.c_size_t(len(target)),
            ctypes.c_int64(0),
            ctypes.c_int64(0),
        )
        assert made >= 0
    finally:
        hdf5.H5Lunregister(ctypes.c_int(number))


def _look_up_table(file, canaries):
    settings = {
        "emodulus lut": str(canaries.text_file),
        "emodulus medium": "CellCarrier",
        "emodulus temperature": 23.0,
        "emodulus viscosity model": "buyukurganci-2022",
    }
    for key, value in settings.items():
        file.attrs[f"calculation:{key}"] = value


def _store_basin(file, **definition):
    lines = json.dumps(
        {
            "name": "innocent",
            "description": "nothing to see",
            "features": ["bright_avg", "bright_sd"],
            "mapping": "same",
            "perishable": False,
            "identifier": None,
            **definition,
        },
        indent=2,
    ).split("\n")
    name = f"basin{len(file.require_group('basins'))}"
    file["basins"].create_dataset(name, data=np.array(lines, dtype="S500"))


def _basin_file(file, canaries):
    paths = [str(canaries.private_file), f"../x/{canaries.private_file.name}"]
    _store_basin(file, type="file", format="hdf5", paths=paths)


def _basin_remote(file, canaries):
    for kind, place in (
        ("http", "/private.rtdc"),
        ("s3", "/bucket/private.rtdc"),
        ("dcor", "/api/3/action/dcserv?id=b1404eb5-f661-4920-be79-5ff4e85915d5"),
    ):
        _store_basin(file, type="remote", format=kind, urls=[canaries.url + place])


def _basin_internal_abroad(file, canaries):
    file["basin_events/bright_avg"] = h5py.ExternalLink(
        str(canaries.private_file), "/events/bright_avg"
    )
    file["events/basinmap0"] = np.arange(EVENTS)
    definition = {"type": "internal", "format": "h5dataset", "paths": ["basin_events"]}
    _store_basin(file, **definition, features=["bright_avg"], mapping="basinmap0")


class _Touch:
    """Unpickled, it asks the listener."""

    def __init__(self, url: str) -> None:
        self.url = url

    def __reduce__(self):
        import urllib.request  # noqa: PLC0415  named in the pickle

        return urllib.request.urlopen, (self.url,)


def _pickled_attribute(file, canaries):
    file.attrs["user:config"] = np.void(pickle.dumps(_Touch(canaries.url)))
    file.attrs["user:code"] = f"__import__('urllib.request').urlopen('{canaries.url}')"


ESCAPES: dict[str, tuple[Callable[[h5py.File, Canaries], None], bool]] = {
    "external_feature": (_external_feature, True),
    "external_image": (_external_image, True),
    "external_log": (_external_log, True),
    "external_table": (_external_table, True),
    "external_trace": (_external_trace, True),
    "external_unknown_place": (_external_unknown_place, True),
    "link_feature": (_link_feature, True),
    "link_logs": (_link_logs, True),
    "link_events": (_link_events, True),
    "link_through_soft": (_link_through_soft, True),
    "link_relative": (_link_relative, True),
    "link_user_defined": (_user_defined_link, True),
    "virtual_feature": (_virtual_feature, True),
    "virtual_pattern": (_virtual_pattern, True),
    "foreign_filter": (_foreign_filter, True),
    "look_up_table": (_look_up_table, True),
    "basin_internal_abroad": (_basin_internal_abroad, True),
    "basin_file": (_basin_file, False),
    "basin_remote": (_basin_remote, False),
    "pickled_attribute": (_pickled_attribute, False),
}


def _declares_128_tib(path):
    write_measurement(path)
    with h5py.File(path, "a") as file:
        shape = (2**31, 256, 256)
        file.create_dataset("events/image_bg", shape=shape, dtype="u1", chunks=(16, 256, 256))


def _declares_much_contiguously(path):
    write_measurement(path)
    with h5py.File(path, "a") as file:
        file.create_dataset("events/bright_avg", shape=(2**40,), dtype="f8")


def _declares_little_often(path):
    write_measurement(path)
    with h5py.File(path, "a") as file:
        for number in range(40):
            file.create_dataset(f"junk/{number}", shape=(200 * 2**20,), dtype="u1")


def _chunk_of_64_mb(path):
    write_measurement(path)
    with h5py.File(path, "a") as file:
        zeros = np.zeros((1, 64 * 10**6), dtype="u1")
        file.create_dataset("events/image_bg", data=zeros, chunks=zeros.shape, compression="gzip")


def _lying_chunk(path, packed: bytes, chunk: int, **packing):
    write_measurement(path)
    with h5py.File(path, "a") as file:
        del file["events/deform"]
        dataset = file.create_dataset(
            "events/deform", shape=(chunk,), dtype="u1", chunks=(chunk,), **packing
        )
        dataset.id.write_direct_chunk((0,), packed)


def _lying_deflate(path):
    packed = zlib.compress(bytes(64 * 2**20), 9)
    _lying_chunk(path, packed, 1000, compression="gzip")


def _lying_deflate_large_chunk(path):
    packed = zlib.compress(bytes(64 * 2**20), 9)
    _lying_chunk(path, packed, 2**20, compression="gzip")


def _lying_zstd(path):
    header = b"\x28\xb5\x2f\xfd" + b"\xe0" + (2**40).to_bytes(8, "little") + b"\x01\x00\x00"
    _lying_chunk(path, header, 2**20, **hdf5plugin.Zstd())


def _linked_into_itself(path):
    write_measurement(path)
    with h5py.File(path, "a") as file:
        file["events/again"] = file["events"]


def _soft_linked_into_itself(path):
    write_measurement(path)
    with h5py.File(path, "a") as file:
        file["events/again"] = h5py.SoftLink("/events")


def _soft_links_in_a_ring(path):
    write_measurement(path)
    with h5py.File(path, "a") as file:
        file["here"] = h5py.SoftLink("/there")
        file["there"] = h5py.SoftLink("/here")


def _deep(path):
    write_measurement(path)
    with h5py.File(path, "a") as file:
        file.create_group("/".join("d" * 40))


def _many_paths(path):
    """Each group is linked twice from the one above: 2³⁰ paths."""
    write_measurement(path)
    with h5py.File(path, "a") as file:
        group = file.create_group("maze")
        for _ in range(30):
            below = group.create_group("left")
            group["right"] = below
            group = below


def _many_objects(path):
    write_measurement(path)
    with h5py.File(path, "a", libver="latest") as file:
        crowd = file.create_group("crowd")
        for number in range(100_001):
            crowd.id.links.create_soft(b"%d" % number, b"/events/deform")


def _large_attribute(path):
    with h5py.File(path, "w", libver="latest") as file:
        file["events/deform"] = np.ones(3)
        file.attrs["user:novel"] = np.zeros(2**20 + 1, dtype="u1")


def _long_name(path):
    write_measurement(path)
    with h5py.File(path, "a") as file:
        file["n" * 1100] = 1


#: File name to builder: all of them have to be refused quickly and without much memory, save
#: the ring of soft links, which leads nowhere.
TRAPS: dict[str, Callable[[pathlib.Path], None]] = {
    "declares_128_tib": _declares_128_tib,
    "declares_much_contiguously": _declares_much_contiguously,
    "declares_little_often": _declares_little_often,
    "chunk_of_64_mb": _chunk_of_64_mb,
    "lying_deflate": _lying_deflate,
    "lying_deflate_large_chunk": _lying_deflate_large_chunk,
    "lying_zstd": _lying_zstd,
    "linked_into_itself": _linked_into_itself,
    "soft_linked_into_itself": _soft_linked_into_itself,
    "deep": _deep,
    "many_paths": _many_paths,
    "many_objects": _many_objects,
    "large_attribute": _large_attribute,
    "long_name": _long_name,
}
HARMLESS_TRAPS: dict[str, Callable[[pathlib.Path], None]] = {
    "soft_links_in_a_ring": _soft_links_in_a_ring,
}


def build_traps(folder: pathlib.Path) -> dict[str, pathlib.Path]:
    """Write all files that have to be refused."""
    built = {}
    for name, build in TRAPS.items():
        built[name] = folder / f"{name}.rtdc"
        build(built[name])
    return built


def build_rubbish(folder: pathlib.Path, measurement: pathlib.Path) -> dict[str, pathlib.Path]:
    """Write files that are no measurements, or no longer."""
    whole = measurement.read_bytes()
    contents = {
        "nothing": b"",
        "text": b"no measurement\n" * 100,
        "archive": b"PK\x03\x04" + secrets.token_bytes(500),
        "signature_only": whole[:8],
        "cut_at_1000": whole[:1000],
        "cut_in_half": whole[: len(whole) // 2],
        "overwritten_in_the_middle": whole[:2000] + secrets.token_bytes(4000) + whole[6000:],
    }
    built = {}
    for name, data in contents.items():
        built[name] = folder / f"{name}.rtdc"
        built[name].write_bytes(data)
    built["no_events"] = folder / "no_events.rtdc"
    with h5py.File(built["no_events"], "w") as file:
        file["numbers"] = np.arange(10)
    return built


def copy_of(measurement: pathlib.Path, path: pathlib.Path) -> pathlib.Path:
    """Return a writable copy of a real measurement."""
    shutil.copyfile(measurement, path)
    path.chmod(0o600)
    return path
