"""Files that try to break out of the measurement room."""

from __future__ import annotations

from typing import TYPE_CHECKING

import hostile
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def canaries(tmp_path_factory) -> Iterator[hostile.Canaries]:
    """Secrets that the server could read, and a listener that should hear nothing."""
    planted = hostile.plant_canaries(tmp_path_factory.mktemp("server"))
    yield planted
    hostile.silence(planted)


@pytest.fixture(scope="session")
def hostile_files(tmp_path_factory, canaries) -> dict[str, hostile.Escape]:
    """One file per way out of an HDF5 file."""
    return hostile.build_escapes(tmp_path_factory.mktemp("escapes"), canaries)
