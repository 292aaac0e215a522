"""Condensed files equal what dclab computes, are reproducible, and lead back to their original."""

import json

import dclab
import dclab.cli
import h5py
import hostile
import numpy as np
import pytest

from cytotheca.extensions.dc_schemas.measurement.results import BasinLink
from cytotheca.extensions.dc_schemas.measurement.service import MeasurementRoom, dcor_basins
from cytotheca.extensions.dc_schemas.measurement.verdict import Refused

NAMES = [
    "blood_rbc_leukocytes.rtdc",
    "calibration_beads_47.rtdc",
    "calibration_beads_fl_2018.rtdc",
    "example_traces.rtdc",
]
RID = "b1404eb5-f661-4920-be79-5ff4e85915d5"
BASINS = dcor_basins("https://dc.example.org", RID, "https://store.example.org/c/resource/b14")


@pytest.mark.parametrize("name", NAMES)
def test_values_equal_dclabs_own_condensing(room, measurements, tmp_path, name):
    source, ours, theirs = measurements / name, tmp_path / "o.rtdc", tmp_path / "t.rtdc"
    facts = room.condense(source, ours, basins=BASINS, source_name=name)
    dclab.cli.condense(path_in=source, path_out=theirs)
    with h5py.File(ours) as a, h5py.File(theirs) as b:
        assert set(a["events"]) == set(b["events"]) == set(facts.contents.features)
        assert dict(a.attrs) == dict(b.attrs)
        for feature in b["events"]:
            one, other = a["events"][feature], b["events"][feature]
            assert one.dtype == other.dtype
            np.testing.assert_array_equal(one[:], other[:])
            assert set(one.attrs) >= {"min", "max", "mean"}
            for key in other.attrs:
                np.testing.assert_array_equal(one.attrs[key], other.attrs[key])
            filters = one.id.get_create_plist()
            assert filters.get_filter_by_id(32015)[1][0] == 5
        mine, yours = (json.loads(b"\n".join(f["logs/dclab-condense"][:])) for f in (a, b))
    for key in ("features_original_innate", "features_ancillary", "features_basin", "files"):
        assert mine[key] == yours[key]
    assert mine["libraries"] == yours["libraries"]


def test_beads_have_volume_and_no_pictures(room, beads, tmp_path):
    facts = room.condense(beads, tmp_path / "c.rtdc", basins=BASINS)
    assert len(facts.contents.features) == 33
    assert "volume" in facts.contents.features
    assert "image" not in facts.contents.features


def test_the_three_basins_name_what_is_missing(room, beads, tmp_path):
    out = tmp_path / "c.rtdc"
    facts = room.condense(beads, out, basins=BASINS)
    assert {basin.name for basin in facts.contents.basins} == {link.name for link in BASINS}
    with h5py.File(out) as file:
        found = [json.loads(b" ".join(file["basins"][key][:])) for key in file["basins"]]
    by_name = {basin["name"]: basin for basin in found}
    for link in BASINS:
        assert by_name[link.name] == {
            "description": link.description,
            "features": ["contour", "image", "mask", "trace"],
            "format": link.format,
            "identifier": None,
            "mapping": "same",
            "name": link.name,
            "perishable": False,
            "type": "remote",
            "urls": [link.url],
        }
    assert by_name["DCOR dcserv"]["urls"] == [
        f"https://dc.example.org/api/3/action/dcserv?id={RID}"
    ]


@pytest.mark.parametrize("name", NAMES)
def test_same_file_gives_same_bytes_from_another_process(room, measurements, tmp_path, name):
    one = room.condense(measurements / name, tmp_path / "1.rtdc", basins=BASINS)
    other_room = MeasurementRoom()
    try:
        other = other_room.condense(measurements / name, tmp_path / "2.rtdc", basins=BASINS)
    finally:
        other_room.close()
    assert one.sha256 == other.sha256
    assert (tmp_path / "1.rtdc").read_bytes() == (tmp_path / "2.rtdc").read_bytes()


def test_nothing_about_the_server_is_written(room, beads, tmp_path):
    out = tmp_path / "c.rtdc"
    room.condense(beads, out, basins=BASINS, source_name="../../beads.rtdc")
    with h5py.File(out) as file:
        log = json.loads(b"\n".join(file["logs/dclab-condense"][:]))
    assert log["files"][0]["name"] == "beads.rtdc"
    assert not {"utc", "system"} & set(log)
    assert str(tmp_path).encode() not in out.read_bytes()


def test_logs_and_tables_come_along(room, beads, tmp_path):
    source = hostile.copy_of(beads, tmp_path / "s.rtdc")
    with dclab.RTDCWriter(source) as writer:
        writer.store_log("note", ["one", "two"])
        writer.store_table("named", {"a": np.array([0.0, 1.0])})
    facts = room.condense(source, tmp_path / "c.rtdc", basins=BASINS)
    assert facts.contents.logs["note"] == ["one", "two"]
    assert facts.contents.tables["named"] == [["a"], [[[0.0]], [[1.0]]]]


def test_condensing_a_condensed_file_keeps_the_older_log(room, beads, tmp_path):
    room.condense(beads, tmp_path / "1.rtdc", basins=())
    facts = room.condense(tmp_path / "1.rtdc", tmp_path / "2.rtdc", basins=())
    logs = [name for name in facts.contents.logs if "warnings" not in name]
    assert len(logs) == 2


def test_internal_basins_stay_and_intra_dataset_links_use_their_map(room, tmp_path):
    source = hostile.write_measurement(tmp_path / "down.rtdc")
    mapping = np.arange(hostile.EVENTS)[::-1].copy()
    with dclab.RTDCWriter(source) as writer:
        writer.store_basin(
            basin_name="up",
            basin_type="file",
            basin_format="hdf5",
            basin_locs=["C:\\Users\\ida\\up.rtdc", "/home/ida/up.rtdc"],
            basin_feats=["bright_avg"],
            basin_map=mapping,
            basin_id="run-7",
            verify=False,
        )
    link = BasinLink(
        name="DCOR intra-dataset for up.rtdc",
        format="dcor",
        url=f"https://dc.example.org/api/3/action/dcserv?id={RID}",
        description="Upstream DCOR intra-dataset resource",
        features=["bright_avg", "fl1_max"],
        mapping="basinmap0",
        identifier="run-7",
    )
    out = tmp_path / "c.rtdc"
    facts = room.condense(source, out, basins=[*BASINS, link])
    by_name = {basin.name: basin for basin in facts.contents.basins}
    assert by_name[link.name].mapping == "basinmap0"
    assert by_name[link.name].identifier == "run-7"
    assert by_name["up"].identifier == "run-7"
    with h5py.File(out) as file:
        np.testing.assert_array_equal(file["events/basinmap0"][:], mapping)
        texts = [b"\n".join(file["basins"][key][:]) for key in file["basins"]]
    assert not [text for text in texts if b"ida" in text]
    assert b"ida" not in out.read_bytes()


def test_remote_basins_of_the_uploader_are_not_passed_on(room, hostile_files, canaries, tmp_path):
    out = tmp_path / "c.rtdc"
    facts = room.condense(hostile_files["basin_remote"].path, out, basins=BASINS)
    assert {basin.name for basin in facts.contents.basins} == {link.name for link in BASINS}
    assert canaries.url.encode() not in out.read_bytes()


def test_other_bytes_than_expected_are_refused(room, beads, tmp_path):
    out = tmp_path / "c.rtdc"
    digest = room.inspect(beads, with_sha256=True).sha256
    assert room.condense(beads, out, basins=(), expect_sha256=digest).source_sha256 == digest
    out.unlink()
    with pytest.raises(Refused, match="not the one"):
        room.condense(beads, out, basins=(), expect_sha256="0" * 64)
    assert list(tmp_path.iterdir()) == []


def test_result_opens_in_dclab(room, beads, tmp_path):
    room.condense(beads, tmp_path / "c.rtdc", basins=())
    with dclab.new_dataset(tmp_path / "c.rtdc") as condensed, dclab.new_dataset(beads) as original:
        assert "volume" in condensed.features_innate
        assert len(condensed) == 47
        np.testing.assert_array_equal(condensed["deform"][:], original["deform"][:])


def test_blank_masks_cost_only_what_is_computed_from_them(room, tmp_path):
    blank = np.zeros((hostile.EVENTS, 20, 40), dtype=bool)
    source = hostile.write_measurement(tmp_path / "blank.rtdc", mask=blank)
    facts = room.condense(source, tmp_path / "c.rtdc", basins=BASINS)
    assert {"deform", "area_um", "index"} <= set(facts.contents.features)
    assert "volume" not in facts.contents.features
    assert "Computed features were left out (IndexError)" in facts.warnings
    assert facts.contents.basins[0].features == ["image", "mask"]


def test_without_events_there_is_nothing_to_condense(room, tmp_path):
    source = hostile.write_empty_measurement(tmp_path / "empty.rtdc")
    with pytest.raises(Refused, match="no events: there is nothing to condense"):
        room.condense(source, tmp_path / "c.rtdc", basins=BASINS)
