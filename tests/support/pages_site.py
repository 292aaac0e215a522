"""A small site with content, in this process: what tests of pages begin with."""

from __future__ import annotations

import atexit
import functools
import pathlib
import shutil
import tempfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from cytotheca.core.app import create_app, create_site
from cytotheca.core.models.base import Base
from cytotheca.core.models.user import User
from cytotheca.core.runtime.calling import call_action

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask
    from flask.testing import FlaskClient

PASSWORD = "correct horse battery"


@dataclass(kw_only=True)
class PagesSite:
    """The site, its application, and the ids of what is on it."""

    site: Any
    app: Flask
    users: dict[str, str] = field(default_factory=dict)

    def call(self, action: str, user: str | None = None, /, **params: Any) -> Any:
        """Run an action as a user, or without checks."""
        user_id = self.users[user] if user else None
        return call_action(
            self.site, action, params, user_id=user_id, via="api", ignore_auth=user is None
        )[0]

    def browser(self, user: str | None = None) -> FlaskClient:
        """Return a client, logged in by the form if a user is named."""
        client = self.app.test_client()
        if user:
            answer = log_in(client, user)
            assert answer.status_code == 302, answer.text
        return client


def log_in(client: FlaskClient, name: str, password: str = PASSWORD, **more: str) -> Any:
    """Send the login form."""
    token = form_token(client.get("/user/login").text)
    return client.post(
        "/user/login",
        data={"login": name, "password": password, "_csrf_token": token, **more},
    )


def form_token(html: str) -> str:
    """Return the CSRF token of a page's form."""
    return html.split('name="_csrf_token" value="', 1)[1].split('"', 1)[0]


def build_site(folder: pathlib.Path, options: Mapping[str, str] | None = None) -> PagesSite:
    """Make a site in a folder, with people and two circles, without datasets.

    Without plugins it is a copy of one that is made once: that spares the hashing of passwords.
    """
    given = dict(options or {})
    if given.get("ckan.plugins"):
        built = open_site(folder, given)
        settle(built)
        return built
    shutil.copytree(_model(), folder, dirs_exist_ok=True)
    built = open_site(folder, given)
    with built.site.database.reading() as session:
        built.users = {user.name: user.id for user in session.scalars(select(User))}
    return built


def open_site(folder: pathlib.Path, options: Mapping[str, str]) -> PagesSite:
    """Open the site in a folder."""
    site = create_site(
        {
            "SECRET_KEY": "a secret that is long enough for tests",
            "ckan.site_url": "http://localhost",
            "cytotheca.site_dir": str(folder),
            "sqlalchemy.url": f"sqlite:///{folder / 'site.db'}",
            "ckan.storage_path": str(folder / "storage"),
            "ckan.redis.url": "redis://127.0.0.1:1/0",
            "ckan.plugins": "",
            **options,
        }
    )
    return PagesSite(site=site, app=create_app(site))


@functools.cache
def _model() -> pathlib.Path:
    """Return the folder of a settled site, made once a process."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="cyt-model-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    model = open_site(folder, {})
    settle(model)
    model.site.close()
    return folder


def settle(built: PagesSite) -> None:
    """Make tables, people and circles."""
    Base.metadata.create_all(built.site.database.engine)
    built.site.search.rebuild([])
    for name, fullname in (("ada", "Ada L."), ("ed", "Ed Itor"), ("mo", ""), ("xi", "")):
        made = built.call(
            "user_create",
            name=name,
            fullname=fullname,
            email=f"{name}@example.org",
            password=PASSWORD,
        )
        built.users[name] = made["id"]
    built.call("user_patch", id="ada", sysadmin=True)
    for name, title, text in (
        ("lab-a", "Lab A", "Cells in *narrow* channels."),
        ("lab-b", "Lab B", ""),
    ):
        built.call("organization_create", "ada", name=name, title=title, description=text)
    built.call("organization_member_create", id="lab-a", username="ed", role="editor")
    built.call("organization_member_create", id="lab-a", username="mo", role="member")
    built.call("group_create", "ada", name="fig-1", title="Figure 1")
