"""A site on which people register, with a real mail server; its jobs are run by hand."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from mail_server import Letterbox, start_server
from pages_site import PASSWORD, PagesSite, build_site, form_token
from sqlalchemy import delete, select

from cytotheca.core.jobs.worker import run_job
from cytotheca.core.models.outbox import Kind, Outbox

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

    from flask.testing import FlaskClient


@dataclass
class Town:
    """The site, its mail, and steps that tests share."""

    pages: PagesSite
    box: Letterbox
    clients: int = field(default=0)

    def waiting(self) -> list[Outbox]:
        """Return the jobs that wait."""
        with self.pages.site.database.reading() as session:
            return list(session.scalars(select(Outbox).where(Outbox.kind == Kind.JOB)))

    def mails(self) -> list[EmailMessage]:
        """Do all jobs and return the mails that came of them."""
        for row in self.waiting():
            run_job(self.pages.site, row.id)
        return self.box.take()

    def browser(self, user: str | None = None) -> FlaskClient:
        """Return a browser at an address of its own, so that tests do not slow each other down."""
        self.clients += 1
        client = self.pages.app.test_client()
        address = f"10.{self.clients // 250}.{self.clients % 250}.7"
        client.environ_base["REMOTE_ADDR"] = address
        if user:
            assert (
                self.send(client, "/user/login", login=user, password=PASSWORD).status_code == 302
            )
        return client

    def send(self, client: FlaskClient, path: str, **fields: str) -> Any:
        """Send a form as a page of the site would."""
        page = client.get("/user/login")
        if page.status_code == 302:
            page = client.get("/user/_logout")
        return client.post(path, data={"_csrf_token": form_token(page.text), **fields})

    def hire(self, **fields: Any) -> dict[str, Any]:
        """Make an account."""
        name = f"u-{uuid.uuid4().hex[:8]}"
        given = {"name": name, "email": f"{name}@example.org", "password": PASSWORD} | fields
        made = self.pages.call("user_create", **given)
        self.pages.users[made["name"]] = made["id"]
        return made

    def call(self, user: str | None, action: str, /, **params: Any) -> Any:
        """Call an action by the API, as a user with a cookie-free token, or as nobody."""
        headers = {"Authorization": self.key(user)} if user else {}
        client = self.browser()
        return client.post(f"/api/3/action/{action}", json=params, headers=headers)

    def key(self, user: str, **fields: Any) -> str:
        """Return a new API token."""
        return self.pages.call("api_token_create", user=user, name="t", **fields)["token"]

    def events(self, **wanted: Any) -> list[dict[str, Any]]:
        """Return entries of the audit log, latest first."""
        return self.pages.call("audit_list", "ada", limit=1000, **wanted)["entries"]


@dataclass(frozen=True)
class Link:
    """A link of a mail: its path, and id and key in it."""

    path: str
    parts: dict[str, str]


@pytest.fixture(scope="session")
def link_of():
    """Find the link in a mail."""

    def find(mail: EmailMessage) -> Link:
        pattern = r"http://localhost((/user/\w+/([^?\s]+))\?key=(\w+))"
        found = re.search(pattern, mail.get_content())
        assert found, mail.get_content()
        return Link(path=found[1], parts={"id": found[3], "key": found[4]})

    return find


@pytest.fixture(scope="session")
def shared_town(tmp_path_factory) -> Iterator[Town]:
    """The site and its mail server; shared."""
    box = Letterbox()
    server = start_server(box)
    options = {
        "smtp.server": f"127.0.0.1:{server.port}",
        "smtp.mail_from": "site@example.org",
        "ckan.site_title": "Lab, Cells & Co",
        "ckan.auth.create_user_via_web": "true",
        "ckan.auth.create_user_via_api": "true",
    }
    pages = build_site(tmp_path_factory.mktemp("town"), options)
    yield Town(pages=pages, box=box)
    pages.site.close()
    server.stop()


@pytest.fixture
def town(shared_town) -> Iterator[Town]:
    """The shared site; what a test leaves in its mail is gone afterwards."""
    yield shared_town
    with shared_town.pages.site.database.writing() as session:
        session.execute(delete(Outbox))
        session.commit()
    shared_town.box.take()
