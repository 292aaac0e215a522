"""Logs and tables of a measurement, read in slices and up to a budget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import h5py

from cytotheca.extensions.dc_schemas.measurement.limits import MIB
from cytotheca.extensions.dc_schemas.measurement.plain import to_json, to_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import JsonValue

LOG_BUDGET_CHARACTERS = 8 * MIB
TABLE_BUDGET_CELLS = 1_000_000
_SLICE_BYTES = 4 * MIB
_MAX_TABLE_BYTES = 64 * MIB


def read_logs(file: h5py.File, omitted: list[str]) -> dict[str, list[str]]:
    """Return all logs; names of those cut or left out are added to ``omitted``."""
    budget = LOG_BUDGET_CHARACTERS
    logs: dict[str, list[str]] = {}
    for name, dataset in _datasets_below(file, "logs"):
        lines: list[str] = []
        for line in _iter_lines(dataset):
            budget -= len(line) + 1
            if budget < 0:
                omitted.append(f"logs/{name}")
                break
            lines.append(line)
        if lines:
            logs[name] = lines
    return logs


def read_tables(file: h5py.File, omitted: list[str]) -> dict[str, list[JsonValue]]:
    """Return all tables as ``[columns, rows]``; those too large are named in ``omitted``."""
    budget = TABLE_BUDGET_CELLS
    tables: dict[str, list[JsonValue]] = {}
    for name, dataset in _datasets_below(file, "tables"):
        columns = dataset.dtype.names
        budget -= dataset.size * len(columns or (name,))
        if budget < 0 or dataset.nbytes > _MAX_TABLE_BYTES:
            omitted.append(f"tables/{name}")
            continue
        names: JsonValue = list(columns) if columns else None
        tables[name] = [names, to_json(dataset[()])]
    return tables


def _datasets_below(file: h5py.File, name: str) -> Iterator[tuple[str, h5py.Dataset]]:
    """Yield the datasets of a group that hold anything, by name."""
    group = file.get(name)
    if not isinstance(group, h5py.Group):
        return
    for key in sorted(group):
        member = group.get(key)
        if isinstance(member, h5py.Dataset) and member.size:
            yield key, member


def _iter_lines(dataset: h5py.Dataset) -> Iterator[str]:
    """Yield the lines of a log without reading it as a whole."""
    if dataset.ndim != 1:
        if dataset.ndim == 0:
            yield to_text(dataset[()])
        return
    step = max(1, _SLICE_BYTES // max(1, dataset.dtype.itemsize * 8))
    for start in range(0, len(dataset), step):
        lines: Any = dataset[start : start + step]
        yield from map(to_text, lines)
