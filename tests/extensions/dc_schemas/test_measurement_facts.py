"""The facts of real measurements are those that dclab reports."""

import hashlib
import json

import dclab
import h5py
import hostile
import numpy as np
import pytest

REAL = {
    "blood_rbc_leukocytes.rtdc": ("RT-DC", 18, 20, 0),
    "calibration_beads_47.rtdc": ("RT-FDC", 47, 34, 6),
    "calibration_beads_fl_2018.rtdc": ("RT-FDC", 7, 31, 6),
    "example_traces.rtdc": ("RT-FDC", 47, 29, 6),
}


@pytest.fixture(params=REAL)
def real(request, measurements):
    return measurements / request.param


@pytest.fixture
def spoilt(beads, tmp_path):
    """A copy of the beads to write into."""
    return hostile.copy_of(beads, tmp_path / "spoilt.rtdc")


def test_real_files_are_valid_and_have_the_features_of_dclab(room, real):
    found = room.inspect(real, with_sha256=True)
    file_format, events, features, traces = REAL[real.name]
    assert (found.verdict.is_safe, found.valid, found.problem) == (True, True, "")
    assert found.sha256 == hashlib.sha256(real.read_bytes()).hexdigest()
    assert found.size_bytes == real.stat().st_size
    assert (found.facts.format, found.facts.event_count) == (file_format, events)
    assert len(found.facts.contents.features) == features
    assert len(found.facts.contents.trace_list) == traces
    with dclab.new_dataset(real) as dataset:
        assert found.facts.contents.features == sorted(dataset.features_innate)
        assert found.facts.measurement_identifier == dataset.get_measurement_identifier()


def test_configuration_has_dclabs_types_and_only_known_keys(room, real):
    config = room.inspect(real).facts.config
    with dclab.new_dataset(real) as dataset:
        for key, value in config.items():
            prefix, section, name = key.split(":")
            assert prefix == "dc"
            assert dclab.dfn.config_key_exists(section, name)
            assert value == dataset.config[section][name]
            assert isinstance(value, str | bool | int | float | list)
    assert config["dc:experiment:event count"] == REAL[real.name][1]
    assert type(config["dc:experiment:event count"]) is int
    assert config["dc:setup:flow rate"] == pytest.approx(0.06)
    assert not [key for key in config if "area_um" in key]


def test_metadata_is_complete_for_dcserv_without_session_settings(room, beads):
    facts = room.inspect(beads).facts
    assert "filtering" not in facts.metadata
    assert facts.metadata["experiment"]["sample"] == "calibration_beads"
    assert facts.metadata["online_filter"]["area_um max"] == 100.0
    assert facts.filled_in == []
    json.dumps(facts.metadata, allow_nan=False)


def test_metadata_that_dclab_needs_are_filled_in_and_flagged(room, spoilt):
    with h5py.File(spoilt, "a") as file:
        del file.attrs["experiment:sample"]
        del file.attrs["experiment:run index"]
        del file.attrs["experiment:event count"]
    facts = room.inspect(spoilt).facts
    assert facts.metadata["experiment"] == {
        "date": "2018-12-11",
        "time": "10:04:03",
        "sample": "undefined",
        "run index": 1,
        "event count": 47,
    }
    assert set(facts.filled_in) == {
        "experiment:sample",
        "experiment:run index",
        "experiment:event count",
    }


def test_numbers_that_are_none_are_left_out_and_user_keys_kept(room, spoilt):
    with h5py.File(spoilt, "a") as file:
        file.attrs["imaging:flash duration"] = np.nan
        file.attrs["setup:temperature"] = np.inf
        file.attrs["user:colour"] = "blue"
    facts = room.inspect(spoilt).facts
    assert "dc:imaging:flash duration" not in facts.config
    assert "dc:setup:temperature" not in facts.config
    assert "flash duration" not in facts.metadata["imaging"]
    assert facts.metadata["user"] == {"colour": "blue"}


def test_tables_keep_dclabs_form_and_have_no_nan(room, spoilt):
    with dclab.RTDCWriter(spoilt) as writer:
        writer.store_table("named", {"a": np.array([0.0, np.nan]), "b": np.array([1.0, np.inf])})
        writer.store_table("picture", np.arange(6).reshape(2, 3))
        writer.store_log("note", ["eins", "zwei µ"])
    contents = room.inspect(spoilt).facts.contents
    assert contents.tables["named"] == [["a", "b"], [[[0.0, 1.0]], [[None, None]]]]
    assert contents.tables["picture"] == [None, [[0, 1, 2], [3, 4, 5]]]
    assert contents.logs == {"note": ["eins", "zwei µ"]}
    assert contents.omitted == []


def test_long_logs_are_cut_and_large_tables_left_out(room, spoilt):
    with h5py.File(spoilt, "a") as file:
        lines = np.full(20_000, b"x" * 1000, dtype="S1000")
        file.create_dataset("logs/long", data=lines, chunks=True, compression="gzip")
        file.create_dataset(
            "tables/large", data=np.zeros((2000, 1000)), chunks=True, compression="gzip"
        )
    contents = room.inspect(spoilt).facts.contents
    assert 1000 < len(contents.logs["long"]) < 20_000
    assert contents.omitted == ["logs/long", "tables/large"]


def test_basins_are_declared_without_their_places(room, hostile_files):
    (basin,) = room.inspect(hostile_files["basin_file"].path).facts.contents.basins
    assert (basin.kind, basin.format, basin.mapping) == ("file", "hdf5", "same")
    assert basin.features == ["bright_avg", "bright_sd"]
    assert basin.name == "innocent"


def test_internal_basins_count_as_innate(room, tmp_path):
    path = hostile.write_measurement(tmp_path / "internal.rtdc")
    with dclab.RTDCWriter(path) as writer:
        writer.store_basin(
            basin_name="bg",
            basin_type="internal",
            basin_format="h5dataset",
            basin_locs=["basin_events"],
            basin_feats=["image_bg"],
            basin_map=np.zeros(hostile.EVENTS, dtype=int),
            internal_data={"image_bg": np.zeros((1, 20, 40), dtype=np.uint8)},
        )
    found = room.inspect(path)
    assert found.valid, found.problem
    assert "image_bg" in found.facts.contents.features


@pytest.mark.parametrize(
    ("attribute", "value"), [("experiment:event count", 10**12), ("imaging:roi size x", 3)]
)
def test_a_file_that_contradicts_itself_is_readable_but_not_valid(room, spoilt, attribute, value):
    with h5py.File(spoilt, "a") as file:
        file.attrs[attribute] = value
    found = room.inspect(spoilt)
    assert found.verdict.is_safe
    assert not found.valid
    assert "Sanity check failed" in found.problem
    assert found.cues[0].level == "violation"


def test_a_file_that_dclab_cannot_open_says_why(room, spoilt):
    with h5py.File(spoilt, "a") as file:
        file.attrs["no colon"] = 1
    found = room.inspect(spoilt)
    assert (found.verdict.is_safe, found.valid, found.facts) == (True, False, None)
    assert found.problem.startswith("dclab can't open the file")


def test_rubbish_gets_a_sentence(room, beads, tmp_path):
    for name, path in hostile.build_rubbish(tmp_path, beads).items():
        found = room.inspect(path)
        assert not found.valid, name
        assert found.facts is None, name
        assert found.verdict.kind in {"not_hdf5", "damaged", "not_a_measurement"}, name
        assert found.problem.endswith("."), name


def test_full_check_of_dclab_is_passed_on(room, real):
    violations, alerts, notes = dclab.rtdc_dataset.check_dataset(real)
    cues = room.inspect(real).cues
    assert {cue.text for cue in cues if cue.level == "violation"} == set(violations)
    assert {cue.text for cue in cues if cue.level == "info"} == set(notes)
    own = {text for text in alerts if "Warning: " not in text}  # met while opening
    assert {cue.text for cue in cues if cue.level == "alert"} == own
