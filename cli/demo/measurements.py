"""Generated measurements: what an RT-DC instrument might have written.

Everything is drawn, nothing is copied: cells get an area and a stiffness,
the flow deforms them, the camera sees them, the lasers excite them. Features
are computed from the masks, so that pictures and numbers agree. The same seed
gives the same events.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from dclab import RTDCWriter

from cytotheca.cli.demo import features, fluorescence, metadata, outlines, pictures

BATCH = 200

CAMERA = pictures.Camera(width_px=200, height_px=72, pixel_um=0.34)
DETECTOR = fluorescence.Detector(sample_rate_hz=312500.0, samples=177, median_samples=5)

Progress = Callable[[int], None]
Batch = Mapping[str, Any]
Cells = tuple[outlines.Floats, outlines.Floats]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A suspension of cells, and the run in which it is measured."""

    name: str
    run_index: int
    time: str
    events: int
    seed: int
    area_um2: tuple[float, float]
    emodulus_kpa: tuple[float, float]
    positive_fraction: float
    events_per_second: float = 80.0
    flow: outlines.Flow = field(
        default_factory=lambda: outlines.Flow(
            channel_width_um=20.0,
            flow_rate_ul_s=0.08,
            medium="0.49% MC-PBS",
            temperature_c=23.0,
        )
    )


SAMPLES: tuple[Sample, ...] = (
    Sample(
        name="HL60 control",
        run_index=1,
        time="10:04:12",
        events=3000,
        seed=20260101,
        area_um2=(112.0, 0.15),
        emodulus_kpa=(1.25, 0.15),
        positive_fraction=0.15,
    ),
    Sample(
        name="HL60 cytochalasin D",
        run_index=2,
        time="10:31:47",
        events=3000,
        seed=20260102,
        area_um2=(116.0, 0.15),
        emodulus_kpa=(0.85, 0.16),
        positive_fraction=0.18,
    ),
    Sample(
        name="HL60 differentiated",
        run_index=3,
        time="11:02:05",
        events=3000,
        seed=20260103,
        area_um2=(88.0, 0.16),
        emodulus_kpa=(1.05, 0.18),
        positive_fraction=0.72,
    ),
)


def write_measurement(path: Path, sample: Sample, on_events: Progress | None = None) -> None:
    """Write the measurement of a sample to an ``.rtdc`` file, batch by batch.

    ``on_events`` is told the number of events of each batch that was written.
    """
    with RTDCWriter(path, mode="reset") as writer:
        writer.store_metadata(metadata.metadata_of(sample, CAMERA, DETECTOR))
        writer.store_log("cytotheca-demo", metadata.log_of(sample))
        for batch in iter_batches(sample):
            for name, data in batch.items():
                writer.store_feature(name, data)
            if on_events:
                on_events(len(batch["deform"]))


def iter_batches(sample: Sample) -> Iterator[Batch]:
    """Yield the events of a sample as arrays by feature name."""
    rng = np.random.default_rng(sample.seed)
    empty = pictures.background(CAMERA, sample.flow.channel_width_um)
    elasticity = outlines.elasticity_in(sample.flow)
    frame = 0
    for start in range(0, sample.events, BATCH):
        count = min(BATCH, sample.events - start)
        gaps = rng.exponential(metadata.FRAME_RATE_HZ / sample.events_per_second, count)
        frames = frame + np.cumsum(np.ceil(gaps)).astype(np.int64)
        frame = int(frames[-1])
        yield {
            "frame": frames,
            "time": frames / metadata.FRAME_RATE_HZ,
            **_draw_events(sample, _draw_cells(sample, elasticity, count, rng), empty, rng),
        }


def _draw_events(
    sample: Sample, cells: Cells, empty: pictures.Images, rng: np.random.Generator
) -> Batch:
    outline = outlines.radii(*cells, rng)
    relative = pictures.relative_radius(outline, _draw_positions(len(outline), rng), CAMERA)
    masks = relative <= 1
    images = pictures.brightfield(relative, empty, rng)
    contours = features.contours_of(masks)
    shape = features.shape_features(masks, contours, CAMERA.pixel_um)
    return {
        **shape,
        **features.brightness_features(masks, images),
        **_draw_fluorescence(sample, shape["size_x"], rng),
        "image": images,
        "image_bg": np.broadcast_to(empty, images.shape).copy(),
        "mask": masks,
        "contour": contours,
    }


def _draw_cells(
    sample: Sample, elasticity: outlines.Elasticity, count: int, rng: np.random.Generator
) -> Cells:
    """Return area and deformation of cells; those the table does not know are drawn again."""
    area = np.empty(0)
    deformation = np.empty(0)
    while len(area) < count:
        mean_area, area_spread = sample.area_um2
        mean_stiffness, stiffness_spread = sample.emodulus_kpa
        new_area = mean_area * np.exp(rng.normal(0, area_spread, count))
        stiffness = mean_stiffness * np.exp(rng.normal(0, stiffness_spread, count))
        new = elasticity.deformation(new_area, stiffness)
        known = np.isfinite(new)
        area = np.concatenate([area, new_area[known]])
        deformation = np.concatenate([deformation, new[known]])
    return area[:count], deformation[:count]


def _draw_positions(count: int, rng: np.random.Generator) -> outlines.Floats:
    width, height = CAMERA.width_px * CAMERA.pixel_um, CAMERA.height_px * CAMERA.pixel_um
    x = rng.uniform(0.3, 0.7, count) * width
    y = height / 2 + rng.normal(0, 0.5, count)
    return np.column_stack([x, y])


def _draw_fluorescence(
    sample: Sample, length_um: outlines.Floats, rng: np.random.Generator
) -> Batch:
    """Return traces and peaks: a marker that some cells carry, a stain that all take up."""
    count = len(length_um)
    positive = rng.random(count) < sample.positive_fraction
    heights = {
        1: np.where(positive, rng.lognormal(8.2, 0.35, count), rng.lognormal(5.0, 0.4, count)),
        3: rng.lognormal(7.6, 0.22, count),
    }
    mean_m_s = sample.flow.flow_rate_ul_s * 1e-9 / (sample.flow.channel_width_um * 1e-6) ** 2
    # the middle of a square channel is about twice as fast as the mean; cells lag a little
    speed = 1.8 * mean_m_s * rng.normal(1, 0.03, count)
    traces: dict[str, fluorescence.Traces] = {}
    found: dict[str, outlines.Floats] = {}
    for channel, height in heights.items():
        raw = fluorescence.raw_traces(height, length_um, speed, DETECTOR, rng)
        smoothed = fluorescence.smooth(raw, DETECTOR)
        traces |= {f"fl{channel}_raw": raw, f"fl{channel}_median": smoothed}
        found |= fluorescence.peak_features(channel, smoothed, DETECTOR)
    return {**found, "trace": traces}
