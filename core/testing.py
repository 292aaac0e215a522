"""A small site for tests of extensions: in one process, without servers.

Jobs wait in the outbox until a test runs them; everything else is as on any site.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from cytotheca.core.app import create_app, create_site
from cytotheca.core.jobs.worker import run_job
from cytotheca.core.models.outbox import list_jobs
from cytotheca.core.operations import OperableSite

NO_QUEUE = "redis://127.0.0.1:1/0"
PASSWORD = "correct-horse"  # noqa: S105 - of people who exist for a moment


@dataclass(frozen=True, slots=True, kw_only=True)
class TemporarySite:
    """A site and its application."""

    site: OperableSite
    app: Flask

    def call(
        self, action: str, params: Mapping[str, Any] | None = None, *, user: str | None = None
    ) -> Any:
        """Run an action as a user (by name), or unchecked."""
        return self.site.call(action, params, user=user, ignore_auth=user is None)

    def client(self, user: str | None = None) -> FlaskClient:
        """Return a client of the HTTP interface; with a user, it sends a token of theirs."""
        client = self.app.test_client()
        if user is not None:
            made = self.call("api_token_create", {"user": user, "name": "test"})
            client.environ_base["HTTP_AUTHORIZATION"] = made["token"]
        return client

    def add_user(self, name: str, **fields: Any) -> Mapping[str, Any]:
        """Make an account."""
        given = {"name": name, "email": f"{name}@example.org", "password": PASSWORD, **fields}
        made: Mapping[str, Any] = self.call("user_create", given)
        return made

    def run_jobs(self) -> int:
        """Run all jobs that wait, also those that jobs enqueue; return their number."""
        done = 0
        while rows := self._waiting():
            ran = [run_job(self.site, row_id) for row_id in rows]
            if not any(ran):
                break
            done += sum(ran)
        return done

    def access(self) -> _Access:
        """Return what commands take as click's ``obj``."""
        return _Access(site=self.site)

    def _waiting(self) -> list[str]:
        with self.site.database.reading() as session:
            return [row.id for row in list_jobs(session)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Access:
    site: OperableSite

    def open(self) -> AbstractContextManager[OperableSite]:
        return _kept_open(self.site)


@contextmanager
def _kept_open(site: OperableSite) -> Iterator[OperableSite]:
    yield site


@contextmanager
def temporary_site(folder: Path, *plugins: str, **options: str) -> Iterator[TemporarySite]:
    """Give a site with some plugins in an empty folder; ``options`` are further settings.

    Dots in the names of settings are written as two underscores.
    """
    config = {
        "SECRET_KEY": "s" * 40,
        "ckan.site_url": "http://localhost",
        "ckan.redis.url": NO_QUEUE,
        "ckan.plugins": " ".join(plugins),
        "cytotheca.site_dir": str(folder),
        "sqlalchemy.url": f"sqlite:///{folder / 'site.db'}",
        "ckan.storage_path": str(folder / "storage"),
        **{name.replace("__", "."): value for name, value in options.items()},
    }
    site = create_site(config)
    try:
        site.upgrade_database()
        yield TemporarySite(site=site, app=create_app(site))
    finally:
        site.close()
