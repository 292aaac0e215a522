"""One measurement room, and the files that try to break out of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import hostile
import pytest
from pages_site import PagesSite, build_site

from cytotheca.extensions.dc_schemas import inspection
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


@pytest.fixture(scope="session")
def field_site(tmp_path_factory, room) -> PagesSite:
    """A site with the field's extensions in this process; nothing runs its jobs but the test."""
    built = build_site(
        tmp_path_factory.mktemp("field"), {"ckan.plugins": "dc_schemas dc_serve dc_view"}
    )
    built.site.services[inspection.ROOM] = room
    return built
