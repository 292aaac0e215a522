"""A site without plugins, called from inside: each test gets its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
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


@pytest.fixture
def found_house(tmp_path):
    """Make a site with options; ada is its sysadmin, ed and mo are editor and member of lab-a."""
    sites = []

    def found(**options: str) -> House:
        config = {
            "SECRET_KEY": "s" * 40,
            "ckan.site_url": "http://data.example.org",
            "cytotheca.site_dir": str(tmp_path),
            "sqlalchemy.url": f"sqlite:///{tmp_path}/cytotheca.db",
            "ckan.storage_path": str(tmp_path / "storage"),
            "ckan.redis.url": "redis://127.0.0.1:1/0",  # nothing listens there
            **{key.replace("__", "."): value for key, value in options.items()},
        }
        site = create_site(config)
        sites.append(site)
        Base.metadata.create_all(site.database.engine)
        site.search.prepare()
        house = House(site=site)
        for name in ("ada", "ed", "mo", "xi"):
            house.hire(name, fullname=name.title())
        house.operate("user_patch", id="ada", sysadmin=True)
        members = [{"name": "ed", "capacity": "editor"}, {"name": "mo", "capacity": "member"}]
        house.call("ada", "organization_create", name="lab-a", title="Lab A", users=members)
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
