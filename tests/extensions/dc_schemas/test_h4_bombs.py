"""H4 and H5: files that promise the moon are refused at once, with little memory."""

import time

import hostile
import numpy as np
import pytest

from cytotheca.extensions.dc_schemas.measurement.gate_limits import GateLimits
from cytotheca.extensions.dc_schemas.measurement.inflation import read_zstd_size
from cytotheca.extensions.dc_schemas.measurement.limits import MIB, Limits
from cytotheca.extensions.dc_schemas.measurement.service import MeasurementRoom
from cytotheca.extensions.dc_schemas.measurement.verdict import Refused

#: Address space with all libraries and nothing done is about 420 MiB.
NARROW = Limits(memory_bytes=540 * MIB, wall_seconds=60)


@pytest.fixture(scope="module")
def traps(tmp_path_factory):
    return hostile.build_traps(tmp_path_factory.mktemp("traps"))


@pytest.fixture(scope="module")
def narrow_room():
    built = MeasurementRoom(limits=NARROW)
    built.warm_up()
    yield built
    built.close()


def test_a_narrow_room_suffices_for_measurements(narrow_room, beads):
    assert narrow_room.inspect(beads).valid


@pytest.mark.parametrize("trap", hostile.TRAPS)
def test_traps_are_refused_within_a_second_in_little_memory(narrow_room, traps, trap):
    begin = time.perf_counter()
    found = narrow_room.inspect(traps[trap])
    assert time.perf_counter() - begin < 1
    assert found.verdict.kind == "refused", found.verdict
    assert found.verdict.object_path
    assert found.verdict.way_out
    assert found.facts is None


@pytest.mark.parametrize("trap", ["declares_128_tib", "lying_deflate", "linked_into_itself"])
def test_traps_are_refused_for_every_task(room, traps, tmp_path, trap):
    with pytest.raises(Refused):
        room.condense(traps[trap], tmp_path / "c.rtdc", basins=())
    with pytest.raises(Refused):
        room.draw_preview(traps[trap], tmp_path / "p.jpg")
    assert list(tmp_path.iterdir()) == []


def test_bombs_are_as_small_as_reported(traps):
    assert traps["declares_128_tib"].stat().st_size < 75_000
    assert traps["chunk_of_64_mb"].stat().st_size < 100_000


@pytest.mark.parametrize("trap", hostile.HARMLESS_TRAPS)
def test_links_that_lead_nowhere_are_harmless(room, tmp_path, trap):
    path = tmp_path / "f.rtdc"
    hostile.HARMLESS_TRAPS[trap](path)
    assert room.inspect(path).valid


def test_what_compresses_well_passes(room, tmp_path):
    """A long measurement of nothing: all-zero images pack to a ten-thousandth."""
    zeros = np.zeros((20_000, 20, 40), dtype="u1")
    steps = np.linspace(0, 1, 20_000)
    path = hostile.write_measurement(
        tmp_path / "dark.rtdc",
        events=20_000,
        deform=steps,
        area_um=steps,
        image=zeros,
        mask=zeros.astype(bool),
    )
    assert zeros.nbytes / path.stat().st_size > 10
    assert room.inspect(path).valid


def test_many_contours_pass(room, tmp_path):
    path = hostile.write_measurement(tmp_path / "old.rtdc")
    assert GateLimits().max_contours > GateLimits().max_objects
    import h5py  # noqa: PLC0415

    with h5py.File(path, "a") as file:
        group = file.create_group("events/contour")
        for number in range(hostile.EVENTS):
            group[str(number)] = np.ones((5, 2), dtype=int)
    assert room.inspect(path).valid


@pytest.mark.parametrize(
    ("head", "size"),
    [
        (b"\x28\xb5\x2f\xfd\x20\x05", 5),
        (b"\x28\xb5\x2f\xfd\x60\x00\x01", 512),
        (b"\x28\xb5\x2f\xfd\xa0\x00\x00\x10\x00", 2**20),
        (b"\x28\xb5\x2f\xfd\xe0" + (2**40).to_bytes(8, "little"), 2**40),
        (b"\x28\xb5\x2f\xfd\x80\x58\x00\x00\x10\x00", 2**20),
        (b"\x28\xb5\x2f\xfd\x00\x58", 0),
        (b"no frame", 0),
        (b"", 0),
    ],
)
def test_frame_headers_of_zstandard(head, size):
    assert read_zstd_size(head) == size
