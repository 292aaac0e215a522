"""What a preview shows, read from the file: at most 5000 events and one picture."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from cytotheca.extensions.dc_schemas.measurement.measurement_file import count_events

if TYPE_CHECKING:
    from collections.abc import Callable

    from dclab.rtdc_dataset.fmt_hdf5 import RTDC_HDF5
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

T = TypeVar("T")

X_FEATURE, Y_FEATURE = "area_um", "deform"
MAX_EVENTS = 5000
SHOWN_EVENT = 47
TRACES = ("fl1_raw", "fl2_raw", "fl3_raw")
_MAX_PIXELS = 4096
_MAX_SAMPLES = 100_000
_MAX_MAGNITUDE = 1e100  # matplotlib multiplies


class Missing(Exception):
    """A panel can't be drawn; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scatter:
    """Points that can be drawn, and how many of those looked at can't."""

    x: Numbers
    y: Numbers
    not_drawn: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPicture:
    """One image and its outline in pixels, if there is one."""

    pixels: Numbers
    value_range: tuple[float, float]
    outline: Numbers | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mask:
    """One mask and its size."""

    pixels: Numbers
    pixel_size_um: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """Traces of one event by name, over their common times."""

    time_us: Numbers
    signals: dict[str, Numbers]


@dataclass(slots=True, kw_only=True)
class PreviewData:
    """All panels of a preview; those without data are ``None`` and have a note."""

    events_total: int
    scatter: Scatter | None = None
    picture: EventPicture | None = None
    mask: Mask | None = None
    traces: Traces | None = None
    event_index: int | None = None
    notes: list[str] = field(default_factory=list)


def read_preview(measurement: RTDC_HDF5) -> PreviewData:
    """Read what can be read; a panel that can't becomes a note, never an error."""
    data = PreviewData(events_total=count_events(measurement))
    data.scatter = _attempt(data, "scatter plot", lambda: _read_scatter(measurement))
    data.event_index = _attempt(data, None, lambda: _choose_event(measurement, data.events_total))
    index = data.event_index
    if index is not None:
        data.picture = _attempt(data, "event image", lambda: _read_picture(measurement, index))
        data.mask = _attempt(data, "event mask", lambda: _read_mask(measurement, index))
        data.traces = _attempt(
            data, "fluorescence traces", lambda: _read_traces(measurement, index)
        )
    return data


def _attempt(data: PreviewData, panel: str | None, read: Callable[[], T | None]) -> T | None:
    """Return what ``read`` finds, or note why it failed."""
    try:
        return read()
    except Missing as missing:
        reason = str(missing)
    except BaseException as error:  # noqa: BLE001  dclab has errors below BaseException
        reason = f"{type(error).__name__} while reading"
    if panel is not None:
        data.notes.append(f"No {panel}: {reason}.")
    return None


def _read_scatter(measurement: RTDC_HDF5) -> Scatter:
    for feature in (X_FEATURE, Y_FEATURE):
        if feature not in measurement:
            raise Missing(f"the file has no {feature}")
    x, y = (
        np.asarray(measurement[feature][:MAX_EVENTS], dtype=np.float64).ravel()
        for feature in (X_FEATURE, Y_FEATURE)
    )
    length = min(len(x), len(y))
    x, y = x[:length], y[:length]
    with np.errstate(invalid="ignore"):
        good = (np.abs(x) < _MAX_MAGNITUDE) & (np.abs(y) < _MAX_MAGNITUDE)
    if not good.any():
        raise Missing("no event has finite values" if length else "there are no events")
    return Scatter(x=x[good], y=y[good], not_drawn=int(length - good.sum()))


def _choose_event(measurement: RTDC_HDF5, events: int) -> int | None:
    """Return event number 47, or the last one that has a picture or traces."""
    lengths = [len(measurement[name]) for name in ("image", "mask") if name in measurement]
    if not lengths and "trace" in measurement:
        traces = measurement["trace"]
        lengths = [len(traces[name]) for name in traces]
    last = min([events, *lengths]) - 1
    return None if last < 0 else min(SHOWN_EVENT, last)


def _read_picture(measurement: RTDC_HDF5, index: int) -> EventPicture | None:
    if "image" not in measurement:
        return None
    raw = _read_frame(measurement, "image", index)
    pixels = np.asarray(raw, dtype=np.float64)
    if raw.dtype == np.uint8:
        value_range = (0.0, 255.0)
    else:
        finite = pixels[np.isfinite(pixels)]
        if not finite.size:
            raise Missing("the image has no finite values")
        low, high = (float(each) for each in np.percentile(finite, (1, 99)))
        value_range = (low, high if high > low else low + 1)
    return EventPicture(
        pixels=np.nan_to_num(pixels),
        value_range=value_range,
        outline=_find_outline(measurement, index),
    )


def _find_outline(measurement: RTDC_HDF5, index: int) -> Numbers | None:
    """Return the contour of an event; an image without one is still an image."""
    try:
        outline = np.asarray(measurement["contour"][index], dtype=np.float64)
    except BaseException:  # noqa: BLE001  an empty mask has no contour, says dclab that way
        return None
    is_outline = outline.ndim == 2 and outline.shape[1] == 2 and len(outline)  # noqa: PLR2004
    return outline if is_outline and np.isfinite(outline).all() else None


def _read_mask(measurement: RTDC_HDF5, index: int) -> Mask | None:
    if "mask" not in measurement:
        return None
    pixel_size = float(measurement.config["imaging"].get("pixel size", np.nan))
    if not 0 < pixel_size < _MAX_MAGNITUDE:
        raise Missing("the pixel size is not known")
    pixels = np.asarray(_read_frame(measurement, "mask", index) != 0, dtype=np.float64)
    return Mask(pixels=pixels, pixel_size_um=pixel_size)


def _read_frame(measurement: RTDC_HDF5, feature: str, index: int) -> NDArray[Any]:
    """Read one frame, unless it is no frame."""
    frames = measurement[feature]
    height, width = frames.shape[1:]
    if not (0 < height <= _MAX_PIXELS and 0 < width <= _MAX_PIXELS):
        raise Missing(f"frames of {width} by {height} pixels")
    return np.asarray(frames[index])


def _read_traces(measurement: RTDC_HDF5, index: int) -> Traces | None:
    if "trace" not in measurement:
        return None
    rate = float(measurement.config["fluorescence"].get("sample rate", np.nan))
    if not 0 < rate < _MAX_MAGNITUDE:
        raise Missing("the sample rate is not known")
    stored = measurement["trace"]
    names = [name for name in TRACES if name in stored.keys()]  # noqa: SIM118  not a mapping
    signals = {
        name: np.asarray(stored[name][index, :_MAX_SAMPLES], dtype=np.float64) for name in names
    }
    signals = {name: signal for name, signal in signals.items() if np.isfinite(signal).any()}
    if not signals:
        raise Missing("there are no raw traces")
    longest = max(map(len, signals.values()))
    return Traces(time_us=np.arange(longest) / rate * 1e6, signals=signals)
