"""Measurement files of any number of events, made quickly.

A few hundred events are drawn as the demonstration draws them; the rest repeats their pictures and
scatters their numbers, so that the file is as large and as compressible as a real one.
"""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import dclab
import numpy as np
from dclab import RTDCWriter

from cytotheca.cli.demo import measurements, metadata

DRAWN = measurements.BATCH
PICTURES = ("image", "image_bg", "mask")
#: What condensing takes long to compute; a site that waits for it measures dclab, not itself.
SLOW = ("inert_ratio_prnc", "tilt", "volume")
#: What condensing computes from each picture, and quickly.
BRIGHTNESS = ("bright_bc_avg", "bright_bc_sd", "bright_perc_10", "bright_perc_90")


def write_events(path: Path, events: int, *, compressed: bool = True) -> Path:
    """Write a measurement with pictures, masks and scalar features.

    An uncompressed file lacks the features of brightness, so that whoever condenses it has to
    look at every picture.
    """
    options: dict[str, Any] = {} if compressed else {"compression_kwargs": {}}
    batch = draw_batch(SLOW + BRIGHTNESS if compressed else SLOW)
    rng = np.random.default_rng(1)
    with RTDCWriter(path, mode="reset", **options) as writer:
        writer.store_metadata(_metadata_of(events))
        for start in range(0, events, DRAWN):
            _store(writer, batch, min(DRAWN, events - start), start, rng)
    return path


@cache
def draw_batch(computed: tuple[str, ...]) -> dict[str, np.ndarray]:
    """Return drawn events by feature, among them some that dclab computes."""
    drawn = next(iter(measurements.iter_batches(measurements.SAMPLES[0])))
    batch = {
        name: data
        for name, data in drawn.items()
        if isinstance(data, np.ndarray) and not name.startswith(("fl", "frame", "time"))
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "drawn.rtdc"
        with RTDCWriter(path, mode="reset") as writer:
            writer.store_metadata(_metadata_of(DRAWN))
            for name, data in batch.items():
                writer.store_feature(name, data)
        with dclab.new_dataset(path) as ds:
            return batch | {name: np.array(ds[name]) for name in computed}


def _metadata_of(events: int) -> dict[str, Any]:
    about = metadata.metadata_of(
        measurements.SAMPLES[0], measurements.CAMERA, measurements.DETECTOR
    )
    about = {section: dict(keys) for section, keys in about.items() if section != "fluorescence"}
    about["experiment"]["event count"] = events
    return about


def _store(
    writer: RTDCWriter,
    batch: dict[str, np.ndarray],
    count: int,
    start: int,
    rng: np.random.Generator,
) -> None:
    for name, data in batch.items():
        if name in PICTURES:
            writer.store_feature(name, data[:count])
        else:
            writer.store_feature(name, data[:count] * rng.normal(1, 0.02, count))
    frames = (start + np.arange(1, count + 1)) * 25
    writer.store_feature("frame", frames)
    writer.store_feature("time", frames / metadata.FRAME_RATE_HZ)
