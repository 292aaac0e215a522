"""The one place that opens an upload with h5py."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import h5py

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def is_hdf5(path: Path) -> bool:
    """Whether the file begins like HDF5."""
    found: bool = h5py.h5f.is_hdf5(str(path).encode())
    return found


@contextlib.contextmanager
def open_hdf5(path: Path) -> Iterator[h5py.File]:
    """Open for reading, as dclab does: also files that their recorder did not close."""
    try:
        file = h5py.File(path, "r", locking=False)
    except OSError as error:
        if "h5clear" not in str(error) and "locking flag" not in str(error):
            raise
        file = h5py.File(path, "r", locking=False, swmr=True, libver="latest")
    with file:
        yield file
