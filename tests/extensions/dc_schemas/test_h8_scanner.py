"""H8 at the level of the room: no way out of a file leads to a canary."""

import dataclasses
import random

import h5py
import hostile
import pytest

from cytotheca.extensions.dc_schemas.measurement import facts, gate
from cytotheca.extensions.dc_schemas.measurement.limits import Limits
from cytotheca.extensions.dc_schemas.measurement.service import MeasurementRoom, dcor_basins
from cytotheca.extensions.dc_schemas.measurement.verdict import MeasurementError, Refused

BASINS = dcor_basins("https://dc.example.org", "b1404eb5-f661-4920-be79-5ff4e85915d5", "https://s")
PASSING = [name for name, (_, is_refused) in hostile.ESCAPES.items() if not is_refused]
REFUSED = [name for name, (_, is_refused) in hostile.ESCAPES.items() if is_refused]


def everything_in(path):
    """Return all bytes of an HDF5 file, packed and unpacked."""
    parts = [path.read_bytes()]
    with h5py.File(path) as file:
        parts += [repr(value).encode() for value in file.attrs.values()]

        def note(name, found):
            parts.append(name.encode())
            if isinstance(found, h5py.Dataset):
                parts.append(found[()].tobytes())

        file.visititems(note)
    return b"".join(parts)


def test_the_canaries_can_be_heard(canaries, hostile_files):
    """The files do what they are made for: a careless reader falls for them."""
    with h5py.File(hostile_files["external_log"].path) as file:
        assert canaries.found_in(file["logs/leak"][()].tobytes())
    with h5py.File(hostile_files["link_feature"].path) as file:
        assert canaries.found_in(file["events/deform"][()].tobytes())
    with h5py.File(hostile_files["virtual_feature"].path) as file:
        assert canaries.found_in(file["events/deform"][()].tobytes())
    import dclab  # noqa: PLC0415

    with dclab.new_dataset(hostile_files["basin_file"].path) as dataset:
        assert canaries.found_in(dataset["bright_avg"][:].tobytes())


@pytest.mark.parametrize("name", REFUSED)
def test_ways_out_are_refused_by_name(room, hostile_files, canaries, tmp_path, name):
    escape = hostile_files[name]
    found = room.inspect(escape.path)
    assert found.verdict.kind == "refused", found.verdict
    assert found.verdict.object_path.startswith("/")
    assert found.verdict.way_out
    assert found.facts is None
    assert not canaries.found_in(repr(found))
    with pytest.raises(Refused) as refusal:
        room.condense(escape.path, tmp_path / "c.rtdc", basins=BASINS)
    assert not canaries.found_in(str(refusal.value))
    with pytest.raises(Refused):
        room.draw_preview(escape.path, tmp_path / "p.jpg")
    assert list(tmp_path.iterdir()) == []
    assert canaries.requests == []


@pytest.mark.parametrize("name", PASSING)
def test_what_passes_shows_nothing_but_itself(room, hostile_files, canaries, tmp_path, name):
    path = hostile_files[name].path
    plain = hostile.write_measurement(tmp_path / "plain.rtdc")
    found = room.inspect(path)
    assert found.valid, found.problem
    assert not canaries.found_in(repr(dataclasses.asdict(found)))
    assert found.facts.contents.features == room.inspect(plain).facts.contents.features
    facts = room.condense(path, tmp_path / "c.rtdc", basins=BASINS)
    assert not canaries.found_in(everything_in(tmp_path / "c.rtdc"))
    assert not canaries.found_in(repr(facts))
    ours = room.condense(plain, tmp_path / "d.rtdc", basins=BASINS)
    assert facts.contents.features == ours.contents.features
    room.draw_preview(path, tmp_path / "p.jpg")
    room.draw_preview(plain, tmp_path / "q.jpg")
    assert (tmp_path / "p.jpg").read_bytes() == (tmp_path / "q.jpg").read_bytes()
    assert canaries.requests == []


def test_no_server_path_is_in_a_condensed_file(room, hostile_files, canaries, tmp_path):
    room.condense(hostile_files["basin_file"].path, tmp_path / "c.rtdc", basins=BASINS)
    content = everything_in(tmp_path / "c.rtdc")
    assert str(canaries.private_file).encode() not in content
    assert canaries.private_file.name.encode() not in content


@pytest.mark.parametrize("name", hostile.ESCAPES)
def test_the_gate_holds_without_the_sandbox(hostile_files, canaries, name):
    """Two walls: the gate alone, in a process that could read everything, is enough."""
    escape = hostile_files[name]
    verdict = gate.scan(escape.path)
    assert verdict.is_safe != escape.is_refused
    if verdict.is_safe:
        examined = facts.examine(escape.path)
        assert not canaries.found_in(repr(examined))
    assert canaries.requests == []


def test_h9_flipped_and_cut_files_never_hurt_the_room(beads, tmp_path):
    """A small nightly: each damage is answered, by whatever verdict, and the next file is fine."""
    room = MeasurementRoom(limits=Limits(wall_seconds=30))
    generator = random.Random(20261125)  # noqa: S311  the same every time
    whole = beads.read_bytes()
    sentences = []
    path = tmp_path / "damaged.rtdc"
    try:
        for _ in range(12):
            damaged = bytearray(whole)
            for _ in range(generator.choice((1, 3, 30))):
                damaged[generator.randrange(20_000)] ^= 1 << generator.randrange(8)
            path.write_bytes(damaged[: generator.choice((len(whole), len(whole) - 1000))])
            found = room.inspect(path)
            assert found.valid == (not found.problem)
            try:
                room.draw_preview(path, tmp_path / "p.jpg")
            except MeasurementError as error:
                sentences.append(str(error))
        assert room.inspect(beads).valid
        assert all(sentences)
    finally:
        room.close()
