"""Draws ``preview.jpg``: scatter plots, one event, its traces, one below the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from dclab import definitions
from dclab.kde import methods as kde_methods
from dclab.kde.binning import bin_num_doane
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from cytotheca.extensions.dc_schemas.measurement.measurement_file import open_measurement
from cytotheca.extensions.dc_schemas.measurement.preview_data import (
    X_FEATURE,
    Y_FEATURE,
    PreviewData,
    Scatter,
    read_preview,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from matplotlib.axes import Axes

DPI = 80
WIDTH_INCHES = 4.0
WEIGHT_INCHES = 1.5
_EMPTY_INCHES = 4.0
_MAX_BINS = 300
_TRACE_COLORS = {"fl1_raw": "#15BF00", "fl2_raw": "#BF8A00", "fl3_raw": "#BF0C00"}
_STYLE: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 7,
    "axes.titlesize": 8,
    "axes.titleweight": "bold",
    "agg.path.chunksize": 10000,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A part of the picture: its name, its share of the height, and who draws it."""

    name: str
    weight: int
    draw: Callable[[Axes, PreviewData], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """What is on the picture."""

    width_px: int
    height_px: int
    panels: list[str]
    data: PreviewData


def draw_preview(source: Path, out: Path) -> Drawn:
    """Draw the preview of a file that passed the gate; the same file gives the same bytes."""
    with open_measurement(source) as measurement:
        data = read_preview(measurement)
    panels = _choose_panels(data)
    height = WEIGHT_INCHES * sum(panel.weight for panel in panels) or _EMPTY_INCHES
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(WIDTH_INCHES, height), dpi=DPI, layout="constrained")
        FigureCanvasAgg(figure)
        if panels:
            _draw_panels(figure, panels, data)
        figure.savefig(out, format="jpg", dpi=DPI)
    return Drawn(
        width_px=round(WIDTH_INCHES * DPI),
        height_px=round(height * DPI),
        panels=[panel.name for panel in panels],
        data=data,
    )


def _choose_panels(data: PreviewData) -> list[Panel]:
    """Return the panels that have data, top to bottom."""
    candidates = (
        (data.scatter, Panel(name="scatter", weight=2, draw=_draw_scatter)),
        (data.scatter, Panel(name="density", weight=2, draw=_draw_density)),
        (data.picture, Panel(name="image", weight=1, draw=_draw_picture)),
        (data.mask, Panel(name="mask", weight=1, draw=_draw_mask)),
        (data.traces, Panel(name="traces", weight=2, draw=_draw_traces)),
    )
    return [panel for found, panel in candidates if found is not None]


def _draw_panels(figure: Figure, panels: Sequence[Panel], data: PreviewData) -> None:
    weights = [panel.weight for panel in panels]
    grid = figure.subplots(len(panels), 1, squeeze=False, height_ratios=weights)
    for axes, panel in zip(grid[:, 0], panels, strict=True):
        panel.draw(axes, data)


def _draw_scatter(axes: Axes, data: PreviewData) -> None:
    if data.scatter is None:
        return
    axes.set_title("Basic scatter plot")
    size, alpha = _point_size(data.scatter), _point_alpha(data.scatter)
    axes.plot(data.scatter.x, data.scatter.y, "o", color="k", alpha=alpha, ms=size, mew=0)
    _set_limits(axes, data.scatter)


def _draw_density(axes: Axes, data: PreviewData) -> None:
    if data.scatter is None:
        return
    axes.set_title("KDE scatter plot")
    density = estimate_density(data.scatter)
    order = np.argsort(density, kind="stable")
    x, y = data.scatter.x[order], data.scatter.y[order]
    area = 2 * _point_size(data.scatter) ** 2
    points = axes.scatter(x, y, c=density[order], s=area, linewidths=0)
    _set_limits(axes, data.scatter)
    if axes.figure is not None:
        axes.figure.colorbar(points, ax=axes, label="kernel density [a.u]")


def _point_size(scatter: Scatter) -> float:
    """Return the diameter of points: the fewer there are, the bigger they may be."""
    return float(np.clip(40 / np.sqrt(len(scatter.x) or 1), 1, 5))


def _point_alpha(scatter: Scatter) -> float:
    """Return the opacity of points: few of them hide nothing by being dark."""
    return float(np.clip(8 / np.sqrt(len(scatter.x) or 1), 0.2, 0.8))


def estimate_density(scatter: Scatter) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return dclab's histogram-based density at each point; one where it can't tell."""
    flat = np.ones(len(scatter.x))
    if np.ptp(scatter.x) == 0 or np.ptp(scatter.y) == 0:
        return flat
    try:
        with np.errstate(all="ignore"):
            bins = tuple(_count_bins(values) for values in (scatter.x, scatter.y))
            density = kde_methods.kde_histogram(scatter.x, scatter.y, bins=bins)
    except (ValueError, TypeError, IndexError, ArithmeticError):
        return flat
    density = np.asarray(density, dtype=np.float64)
    return np.nan_to_num(density) if np.isfinite(density).any() else flat


def _count_bins(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> int:
    """Return dclab's number of bins; one outlier must not ask for millions."""
    number = bin_num_doane(values)
    return int(min(max(5, number), _MAX_BINS)) if np.isfinite(number) else 5


def _set_limits(axes: Axes, scatter: Scatter) -> None:
    axes.set_xlabel(definitions.get_feature_label(X_FEATURE))
    axes.set_ylabel(definitions.get_feature_label(Y_FEATURE))
    axes.set_xlim(*_limits(scatter.x))
    axes.set_ylim(*_limits(scatter.y))


def _limits(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> tuple[float, float]:
    """Return the first and 99th percentile, or some room around a single value."""
    low, high = (float(each) for each in np.percentile(values, (1, 99)))
    room = 0.5 * abs(low) or 0.5
    return (low, high) if high - low > 1e-9 * abs(low) else (low - room, high + room)


def _draw_picture(axes: Axes, data: PreviewData) -> None:
    if data.picture is None:
        return
    axes.set_title("Event image with contour")
    low, high = data.picture.value_range
    axes.imshow(data.picture.pixels, cmap="gray", vmin=low, vmax=high, interpolation="nearest")
    outline = data.picture.outline
    if outline is not None:
        closed = np.vstack([outline, outline[:1]])
        height, width = data.picture.pixels.shape
        axes.plot(closed[:, 0], closed[:, 1], "-", color="r", lw=1, scalex=False, scaley=False)
        axes.set_xlim(-0.5, width - 0.5)
        axes.set_ylim(height - 0.5, -0.5)
    axes.set_xlabel("Detector X [px]")
    axes.set_ylabel("Detector Y [px]")


def _draw_mask(axes: Axes, data: PreviewData) -> None:
    if data.mask is None:
        return
    axes.set_title("Event mask")
    height, width = (size * data.mask.pixel_size_um for size in data.mask.pixels.shape)
    axes.imshow(
        data.mask.pixels,
        cmap="gray",
        vmin=0,
        vmax=1,
        extent=(0, width, height, 0),
        interpolation="nearest",
    )
    axes.set_xlabel("Detector X [µm]")
    axes.set_ylabel("Detector Y [µm]")


def _draw_traces(axes: Axes, data: PreviewData) -> None:
    if data.traces is None:
        return
    axes.set_title("Fluorescence traces")
    for name, signal in data.traces.signals.items():
        time = data.traces.time_us[: len(signal)]
        axes.plot(time, signal, color=_TRACE_COLORS[name], lw=1, label=name)
    axes.set_xlabel("Event time [µs]")
    axes.set_ylabel("Fluorescence [a.u.]")
    axes.legend(fontsize=6, frameon=False)
