"""The one place that opens a measurement with dclab: never with basins outside the file."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import h5py
from dclab import definitions
from dclab.rtdc_dataset.fmt_hdf5 import RTDC_HDF5

from cytotheca.extensions.dc_schemas.measurement.basin_facts import read_basins
from cytotheca.extensions.dc_schemas.measurement.results import Contents
from cytotheca.extensions.dc_schemas.measurement.texts_and_tables import read_logs, read_tables

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextlib.contextmanager
def open_measurement(path: Path) -> Iterator[RTDC_HDF5]:
    """Open a file that passed the gate; only internal basins are used."""
    with RTDC_HDF5(path, enable_basins=False) as measurement:
        yield measurement


def count_events(measurement: RTDC_HDF5) -> int:
    """Return the number of events: as declared, else the length of the stored features."""
    declared = measurement.config["experiment"].get("event count") or 0
    return int(declared) if declared > 0 else count_stored_events(measurement)


def count_stored_events(measurement: RTDC_HDF5) -> int:
    """Return the length of the first stored feature with one entry an event; 0 without any."""
    events = measurement.h5file["events"]
    for name in sorted(events):
        feature = events.get(name)
        if isinstance(feature, h5py.Dataset) and feature.ndim and definitions.feature_exists(name):
            return len(feature)
    return 0


def collect_contents(measurement: RTDC_HDF5) -> Contents:
    """Return features, traces, logs, tables and basins."""
    file = measurement.h5file
    features = sorted(set(measurement.features_innate))
    omitted: list[str] = []
    return Contents(
        features=features,
        scalar_features=[name for name in features if definitions.scalar_feature_exists(name)],
        trace_list=_list_traces(file),
        logs=read_logs(file, omitted),
        tables=read_tables(file, omitted),
        omitted=omitted,
        basins=read_basins(file),
    )


def _list_traces(file: h5py.File) -> list[str]:
    traces = file["events"].get("trace")
    return sorted(traces) if isinstance(traces, h5py.Group) else []
