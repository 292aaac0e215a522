"""One measurement room, and one site of the field in this process."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

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
def field_site(tmp_path_factory, room) -> PagesSite:
    """A site with the field's extensions in this process; nothing runs its jobs but the test."""
    built = build_site(
        tmp_path_factory.mktemp("field"), {"ckan.plugins": "dc_schemas dc_serve dc_view"}
    )
    built.site.services[inspection.ROOM] = room
    return built


@pytest.fixture
def with_settings(field_site, monkeypatch):
    """Change settings of ``field_site`` for one test."""

    def change(group, **values):
        changed = dataclasses.replace(field_site.site.settings(group), **values)
        monkeypatch.setitem(field_site.site._settings, group, changed)

    return change
