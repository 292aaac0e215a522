"""Fluorescence traces of cells that pass the lasers, and the peaks in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.ndimage import median_filter

from cytotheca.cli.demo.outlines import Floats

Traces = npt.NDArray[np.int16]

LASER_UM = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Detector:
    """Sampling of the fluorescence signal."""

    sample_rate_hz: float
    samples: int
    median_samples: int
    noise: float = 18.0


def raw_traces(
    peak: Floats, length_um: Floats, speed_m_s: Floats, detector: Detector, rng: np.random.Generator
) -> Traces:
    """Return noisy traces with one peak each, shape ``(N, samples)``.

    The peak is as wide as the cell and the laser sheet are long, divided by
    the speed of the cell; it comes when the cell has been seen by the camera.
    """
    time_us = np.arange(detector.samples) / detector.sample_rate_hz * 1e6
    middle = time_us[-1] / 2 + rng.normal(0, 20, len(peak))
    width = np.hypot(length_um, LASER_UM) / speed_m_s / 2.355
    shape = np.exp(-0.5 * ((time_us[None] - middle[:, None]) / width[:, None]) ** 2)
    noise = rng.normal(0, detector.noise, shape.shape)
    return np.clip(np.rint(peak[:, None] * shape + noise), -32768, 32767).astype(np.int16)


def smooth(traces: Traces, detector: Detector) -> Traces:
    """Return the running median of the traces, as the instrument stores it."""
    return np.asarray(median_filter(traces, size=(1, detector.median_samples)))


def peak_features(channel: int, traces: Traces, detector: Detector) -> Mapping[str, Floats]:
    """Return height, position, width and area of the peak in each trace."""
    step_us = 1e6 / detector.sample_rate_hz
    values = traces.astype(float)
    top = values.max(axis=1)
    # "maximum" of a dark cell: at least one count, since zero means "no signal"
    height = np.maximum(top, 1)
    above = values >= height[:, None] / 2
    return {
        f"fl{channel}_max": height,
        f"fl{channel}_pos": values.argmax(axis=1) * step_us,
        f"fl{channel}_width": above.sum(axis=1) * step_us,
        f"fl{channel}_area": np.where(above, values, 0).sum(axis=1) * step_us,
        f"fl{channel}_npeaks": (height > 10 * detector.noise).astype(float),
    }
