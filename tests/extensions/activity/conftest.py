"""A site with the activity log, in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cytotheca.core.testing import TemporarySite, temporary_site

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def logged(tmp_path_factory) -> Iterator[TemporarySite]:
    """A circle ``lab-a`` with the editor ``ed`` and the member ``mo``; ``xi`` is outside."""
    with temporary_site(tmp_path_factory.mktemp("activity"), "activity") as made:
        for name in ("ed", "mo", "xi"):
            made.add_user(name)
        made.add_user("ada")
        made.call("user_patch", {"id": "ada", "sysadmin": True})
        members = [{"name": "ed", "capacity": "editor"}, {"name": "mo", "capacity": "member"}]
        made.call("organization_create", {"name": "lab-a", "title": "Lab A", "users": members})
        yield made


@pytest.fixture
def asked(logged):
    """Ask over HTTP as somebody, and return status and result or error."""
    clients = {}

    def ask(user, action, **params):
        if user not in clients:
            clients[user] = logged.client(user)
        answer = clients[user].post(f"/api/3/action/{action}", json=params)
        body = answer.get_json()
        return body["result"] if body["success"] else (answer.status_code, body["error"])

    return ask
