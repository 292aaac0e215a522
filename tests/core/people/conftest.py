"""A site without plugins, called from inside: each test gets its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from cytotheca.core.models.base import Base
from cytotheca.core.runtime.site import Site
from cytotheca.core.runtime.unit_of_work import reading, unit_of_work
from cytotheca.core.site_factory import create_site

PASSWORD = "correct-horse"


@dataclass
class House:
    """The site and its people, by name; "" is the public."""

    site: Site
    ids: dict[str, str | None] = field(default_factory=lambda: {"": None})

    def call(self, who: str, name: str, /, **params: Any) -> Any:
        """Call an action as the API does: reading or writing, as one of the people."""
        opened = reading if self.site.actions.is_read_only(name) else unit_of_work
        with opened(self.site, user_id=self.ids[who], via="api") as context:
            return context.call(name, params)

    def operate(self, name: str, /, **params: Any) -> Any:
        """Call an action without rules, as commands do."""
        with unit_of_work(self.site, ignore_auth=True, via="cli") as context:
            return context.call(name, params)

    def hire(self, name: str, **fields: Any) -> dict[str, Any]:
        """Make a user."""
        given = {"name": name, "email": f"{name}@example.org", "password": PASSWORD} | fields
        user = self.operate("user_create", **given)
        self.ids[name] = user["id"]
        return user

    def statements(self, who: str, name: str, /, **params: Any) -> int:
        """Return how many statements a call sends to the database."""
        return self.count_statements(lambda: self.call(who, name, **params))

    def count_statements(self, work: Callable[[], object]) -> int:
        """Return how many statements some work sends to the database."""
        sent: list[str] = []

        def note(connection, cursor, statement, *rest):
            sent.append(statement)

        event.listen(self.site.database.engine, "before_cursor_execute", note)
        try:
            work()
        finally:
            event.remove(self.site.database.engine, "before_cursor_execute", note)
        return len(sent)


def open_house(folder: Path, options: Mapping[str, str] | None = None) -> House:
    """Open the site in a folder, without its people."""
    config = {
        "SECRET_KEY": "s" * 40,
        "ckan.site_url": "http://data.example.org",
        "cytotheca.site_dir": str(folder),
        "sqlalchemy.url": f"sqlite:///{folder}/cytotheca.db",
        "ckan.storage_path": str(folder / "storage"),
        "ckan.redis.url": "redis://127.0.0.1:1/0",  # nothing listens there
        **{key.replace("__", "."): value for key, value in (options or {}).items()},
    }
    return House(site=create_site(config))


@pytest.fixture(scope="session")
def model_house(tmp_path_factory) -> tuple[Path, dict[str, str | None]]:
    """The folder of a site with its people, made once; and their ids.

    The sites of tests are copies of it: that spares each the hashing of four passwords.
    """
    folder = tmp_path_factory.mktemp("model-house")
    house = open_house(folder)
    Base.metadata.create_all(house.site.database.engine)
    house.site.search.prepare()
    for name in ("ada", "ed", "mo", "xi"):
        house.hire(name, fullname=name.title())
    house.operate("user_patch", id="ada", sysadmin=True)
    members = [{"name": "ed", "capacity": "editor"}, {"name": "mo", "capacity": "member"}]
    house.call("ada", "organization_create", name="lab-a", title="Lab A", users=members)
    house.site.close()
    return folder, house.ids


@pytest.fixture
def found_house(tmp_path, model_house):
    """Make a site with options; ada is its sysadmin, ed and mo are editor and member of lab-a."""
    folder, ids = model_house
    sites = []

    def found(**options: str) -> House:
        place = tmp_path / f"house-{len(sites)}" if sites else tmp_path
        shutil.copytree(folder, place, dirs_exist_ok=True)
        house = open_house(place, options)
        house.ids = dict(ids)
        sites.append(house.site)
        return house

    yield found
    for site in sites:
        site.close()


@pytest.fixture
def house(found_house):
    """A site with the defaults."""
    return found_house()


@pytest.fixture
def dataset(house):
    """Make datasets of lab-a as ed."""

    def create(name: str, **fields: Any) -> dict[str, Any]:
        return house.call("ed", "package_create", name=name, **({"owner_org": "lab-a"} | fields))

    return create
