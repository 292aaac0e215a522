"""Previews have the field's panels and sizes, and odd measurements (P3) break nothing."""

import dclab
import h5py
import hostile
import numpy as np
import pytest
from PIL import Image

from cytotheca.extensions.dc_schemas.measurement.service import MeasurementRoom

ALL = ["scatter", "density", "image", "mask", "traces"]


@pytest.mark.parametrize(
    ("name", "size", "panels"),
    [
        ("calibration_beads_47.rtdc", (320, 960), ALL),
        ("calibration_beads_fl_2018.rtdc", (320, 960), ALL),
        ("blood_rbc_leukocytes.rtdc", (320, 720), ALL[:4]),
        ("example_traces.rtdc", (320, 720), ["scatter", "density", "traces"]),
    ],
)
def test_real_files(room, measurements, tmp_path, name, size, panels):
    out = tmp_path / "preview.jpg"
    facts = room.draw_preview(measurements / name, out)
    with Image.open(out) as picture:
        assert (picture.format, picture.size) == ("JPEG", size)
    assert (facts.width_px, facts.height_px) == size
    assert facts.panels == panels
    assert facts.notes == []
    assert facts.events_drawn == facts.events_total
    assert facts.event_index == facts.events_total - 1


def test_same_file_gives_same_bytes_from_another_process(room, beads, tmp_path):
    one = room.draw_preview(beads, tmp_path / "1.jpg")
    other_room = MeasurementRoom()
    try:
        other = other_room.draw_preview(beads, tmp_path / "2.jpg")
    finally:
        other_room.close()
    assert one.sha256 == other.sha256


def test_at_most_5000_events_are_drawn_and_number_47_is_shown(room, tmp_path):
    generator = np.random.default_rng(47)
    path = hostile.write_measurement(
        tmp_path / "many.rtdc",
        events=6000,
        deform=generator.uniform(0.01, 0.2, 6000),
        area_um=generator.uniform(20, 200, 6000),
        image=None,
        mask=np.ones((6000, 4, 4), dtype=bool),
    )
    facts = room.draw_preview(path, tmp_path / "p.jpg")
    assert (facts.events_total, facts.events_drawn, facts.event_index) == (6000, 5000, 47)


RAMP = np.linspace(0.01, 0.2, 60)
ODD = {
    "constant": (np.full(60, 0.05), 60),
    "all not a number": (np.full(60, np.nan), 0),
    "some not a number": (np.where(np.arange(60) % 2, RAMP, np.nan), 30),
    "infinite": (np.where(np.arange(60) == 7, np.inf, RAMP), 59),
    "all infinite": (np.full(60, -np.inf), 0),
    "huge": (RAMP * 1e300, 0),
    "one outlier": (np.where(np.arange(60) == 7, 1e90, RAMP), 60),
    "tiny": (RAMP * 1e-310, 60),
    "two values": (np.where(np.arange(60) == 7, 1.0, 0.0), 60),
}


@pytest.mark.parametrize("odd", ODD)
def test_odd_values(room, tmp_path, odd):
    deform, drawn = ODD[odd]
    path = hostile.write_measurement(tmp_path / "odd.rtdc", deform=deform)
    facts = room.draw_preview(path, tmp_path / "p.jpg")
    with Image.open(tmp_path / "p.jpg") as picture:
        picture.load()
    assert facts.events_drawn == drawn
    assert facts.events_drawn + facts.events_not_drawn in {0, 60}
    assert ("scatter" in facts.panels) == bool(drawn)
    assert bool(facts.notes) != bool(drawn)
    assert room.inspect(path).valid


def test_single_event(room, tmp_path):
    path = hostile.write_measurement(tmp_path / "single.rtdc", events=1)
    facts = room.draw_preview(path, tmp_path / "p.jpg")
    assert facts.panels == ALL[:4]
    assert facts.event_index == 0
    assert room.inspect(path).valid
    assert room.condense(path, tmp_path / "c.rtdc", basins=()).contents.features


def test_no_events(room, tmp_path):
    path = hostile.write_empty_measurement(tmp_path / "empty.rtdc")
    facts = room.draw_preview(path, tmp_path / "p.jpg")
    assert (facts.width_px, facts.height_px, facts.panels) == (320, 320, [])
    assert facts.notes == ["No scatter plot: there are no events."]
    assert room.inspect(path).facts.event_count == 0


@pytest.mark.parametrize("shape", [(60, 0, 40), (60, 20, 0), (0, 20, 40), (60, 20), (60, 5000, 4)])
def test_strange_images_lose_their_panel_only(room, tmp_path, shape):
    path = hostile.write_measurement(tmp_path / "zero.rtdc", image=None)
    with h5py.File(path, "a") as file:
        file["events"].create_dataset("image", data=np.zeros(shape, dtype="u1"))
    facts = room.draw_preview(path, tmp_path / "p.jpg")
    assert facts.panels[:2] == ["scatter", "density"]
    assert "image" not in facts.panels


def test_one_hot_pixel_does_not_blacken_a_16_bit_image(room, tmp_path):
    image = np.random.default_rng(1).integers(100, 200, (60, 20, 40)).astype("u2")
    image[:, 3, 3] = 65535
    path = hostile.write_measurement(tmp_path / "hot.rtdc", image=None, mask=None)
    with h5py.File(path, "a") as file:
        file["events"].create_dataset("image", data=image)
    room.draw_preview(path, tmp_path / "p.jpg")
    with Image.open(tmp_path / "p.jpg") as picture:
        panel = np.asarray(picture.convert("L"))[-70:-40, 100:250]
    assert panel.std() > 30


def test_missing_inputs_drop_their_panel_only(room, beads, tmp_path):
    path = hostile.copy_of(beads, tmp_path / "bare.rtdc")
    with h5py.File(path, "a") as file:
        del file.attrs["imaging:pixel size"]
        del file.attrs["fluorescence:sample rate"]
    facts = room.draw_preview(path, tmp_path / "p.jpg")
    assert facts.panels == ["scatter", "density", "image"]
    assert facts.notes == [
        "No event mask: the pixel size is not known.",
        "No fluorescence traces: the sample rate is not known.",
    ]


def test_an_empty_mask_still_shows_the_image(room, tmp_path):
    path = hostile.write_measurement(
        tmp_path / "blank.rtdc", mask=np.zeros((60, 20, 40), dtype=bool)
    )
    assert room.draw_preview(path, tmp_path / "p.jpg").panels == ALL[:4]


def test_scalars_alone(room, tmp_path):
    path = tmp_path / "scalar.rtdc"
    with dclab.RTDCWriter(path, mode="reset") as writer:
        writer.store_metadata({"experiment": {"sample": "s", "run index": 1, "event count": 9}})
        writer.store_feature("deform", np.linspace(0, 1, 9))
    facts = room.draw_preview(path, tmp_path / "p.jpg")
    assert (facts.panels, facts.height_px) == ([], 320)
    assert facts.notes == ["No scatter plot: the file has no area_um."]
