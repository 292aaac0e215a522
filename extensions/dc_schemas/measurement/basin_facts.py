"""Which basins a file declares; their places are never looked at."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import h5py

from cytotheca.extensions.dc_schemas.measurement.limits import MIB
from cytotheca.extensions.dc_schemas.measurement.plain import to_text
from cytotheca.extensions.dc_schemas.measurement.results import BasinFacts

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAX_BASINS = 1000
_MAX_DEFINITION_BYTES = 4 * MIB


def read_definitions(file: h5py.File) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield name and JSON object of each basin definition that is one."""
    group = file.get("basins")
    if not isinstance(group, h5py.Group):
        return
    for key in sorted(group)[:_MAX_BASINS]:
        dataset = group.get(key)
        is_text = isinstance(dataset, h5py.Dataset) and dataset.ndim == 1
        if not is_text or dataset.nbytes > _MAX_DEFINITION_BYTES:
            continue
        try:
            definition = json.loads(" ".join(map(to_text, dataset[:])))
        except (ValueError, RecursionError):
            continue
        if isinstance(definition, dict):
            yield key, definition


def read_basins(file: h5py.File) -> list[BasinFacts]:
    """Return what the file says about its basins, without paths and addresses."""
    return [
        BasinFacts(
            key=key,
            name=_text(definition, "name"),
            kind=_text(definition, "type"),
            format=_text(definition, "format"),
            identifier=_text(definition, "identifier") or None,
            mapping=_text(definition, "mapping") or "same",
            features=_features(definition),
        )
        for key, definition in read_definitions(file)
    ]


def _text(definition: dict[str, Any], key: str) -> str:
    value = definition.get(key)
    return value if isinstance(value, str) else ""


def _features(definition: dict[str, Any]) -> list[str] | None:
    features = definition.get("features")
    if not isinstance(features, list):
        return None
    return sorted(feature for feature in features if isinstance(feature, str))
