"""One measurement room, and the files that try to break out of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import hostile
import pytest

from cytotheca.extensions.dc_schemas.measurement.service import MeasurementRoom

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def room(tmp_path_factory) -> Iterator[MeasurementRoom]:
    """A room with the default limits, shared."""
    built = MeasurementRoom(run_dir=tmp_path_factory.mktemp("r"))
    built.warm_up()
    yield built
    built.close()


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
