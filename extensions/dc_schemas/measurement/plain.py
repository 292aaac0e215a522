"""From the types of numpy and HDF5 to those of strict JSON."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from pydantic import JsonValue

_DEEP = 16


def to_json(value: Any) -> JsonValue:
    """Return the value as strict JSON; NaN, infinities and the unspeakable become ``None``."""
    return _convert(value, _DEEP)


def _convert(value: Any, depth: int) -> JsonValue:
    if depth == 0:
        return None
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    if isinstance(value, list | tuple):
        return [_convert(item, depth - 1) for item in value]
    return None


def to_text(value: Any) -> str:
    """Return a stored string, whatever its encoding claims to be."""
    return value.decode("utf-8", errors="replace") if isinstance(value, bytes) else str(value)
