"""P3: odd measurements are shown with a picture or a sentence, and break nothing."""

import html
import io
import re

import dclab
import numpy as np
import pytest
from PIL import Image

META = {
    "experiment": {
        "sample": "odd",
        "run index": 1,
        "date": "2026-01-01",
        "time": "12:00:00",
        "event count": 0,
    },
    "imaging": {"pixel size": 0.34, "frame rate": 2000, "roi size x": 20, "roi size y": 10},
    "setup": {"channel width": 20, "chip region": "channel", "medium": "water", "flow rate": 0.06},
}
RAMP = np.linspace(0.01, 0.2, 60)
#: Deformation of the events, by what is odd about it.
DEFORM = {
    "empty": np.array([]),
    "single": np.array([0.05]),
    "constant": np.full(60, 0.05),
    "all not a number": np.full(60, np.nan),
    "some not a number": np.where(np.arange(60) % 2, RAMP, np.nan),
    "infinite": np.where(np.arange(60) == 7, np.inf, RAMP),
    "all infinite": np.full(60, -np.inf),
    "huge": RAMP * 1e300,
}


def write(path, deform, images=None):
    """Write a measurement of a few features."""
    with dclab.RTDCWriter(path, mode="reset") as writer:
        meta = {section: dict(keys) for section, keys in META.items()}
        meta["experiment"]["event count"] = len(deform)
        writer.store_metadata(meta)
        events = writer.h5file.require_group("events")  # the writer itself refuses empty features
        events.create_dataset("deform", data=deform)
        events.create_dataset("area_um", data=np.linspace(20, 80, len(deform)))
        if images is not None:
            events.create_dataset("image", data=images)


@pytest.fixture
def shown(ed, desk, wait_until):
    """Upload a file; return its page once the jobs are through with it."""

    def upload(path):
        deposit = desk.direct(ed, desk.draft(ed), path)
        rid = deposit.resource["id"]
        wait_until(lambda: "sha256" in ed.get("resource_show", id=rid).result)

        def settled():
            picture = ed.fetch(f"{deposit.page}/preview.jpg")
            page = ed.fetch(deposit.page)
            assert page.status_code == 200
            text = html.unescape(re.sub(r"<[^>]+>", " ", page.text))
            sentence = re.search(r"no preview|cannot be|could not|can't be", text, re.IGNORECASE)
            return (picture, sentence) if picture.status_code == 200 or sentence else None

        return wait_until(settled)

    return upload


def assert_picture_or_sentence(picture, sentence):
    if picture.status_code == 200:
        with Image.open(io.BytesIO(picture.content)) as image:
            assert image.format == "JPEG"
    else:
        assert sentence


@pytest.mark.parametrize("odd", DEFORM)
def test_odd_values_make_a_picture_or_a_sentence(shown, tmp_path, odd):
    """P3."""
    path = tmp_path / "odd.rtdc"
    write(path, DEFORM[odd])
    assert_picture_or_sentence(*shown(path))


@pytest.mark.parametrize("shape", [(5, 0, 20), (5, 10, 0), (0, 10, 20), (5, 1, 1)])
def test_images_without_pixels_make_a_picture_or_a_sentence(shown, tmp_path, shape):
    """P3."""
    path = tmp_path / "odd.rtdc"
    write(path, RAMP[:5], images=np.zeros(shape, dtype=np.uint8))
    assert_picture_or_sentence(*shown(path))


def test_the_worker_lives_on(shown, beads):
    """P3."""
    picture, _ = shown(beads)
    assert picture.status_code == 200
