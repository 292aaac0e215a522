"""Z1: logins end on the server, and people see and end theirs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pages_site import PASSWORD
from sqlalchemy import select, update

from cytotheca.core.models.base import utc_now
from cytotheca.core.models.user import LoginSession


def is_known(client) -> bool:
    return client.get("/user/me").headers.get("Location", "").startswith("/user/u-")


def copy_of(town, client):
    """Return a browser with the same cookie, as a thief would have."""
    copied = town.browser()
    copied.set_cookie("cytotheca", client.get_cookie("cytotheca").value)
    return copied


@pytest.fixture
def somebody(town):
    return town.hire()


@pytest.mark.parametrize("way", ["logout", "password", "deletion", "one", "others"])
def test_a_copied_cookie_is_worth_nothing_afterwards(town, somebody, way):
    name = somebody["name"]
    client = town.browser(name)
    thief = copy_of(town, client)
    assert is_known(thief)
    if way == "logout":
        town.send(client, "/user/_logout")
    elif way == "password":
        fields = {"part": "password", "current_password": PASSWORD, "password": "three more words"}
        assert town.send(client, f"/user/edit/{name}", **fields).status_code == 303
        assert is_known(client)  # the one who changed it goes on, with a new session
    elif way == "deletion":
        town.pages.call("user_delete", "ada", id=name)
    else:
        other = town.browser(name)
        chosen = town.pages.call("user_session_list", user_id=name)[-1]["id"]
        fields = {"id": chosen} if way == "one" else {}
        assert town.send(other, f"/user/{name}/sessions/end", **fields).status_code == 303
        assert is_known(other)
    assert not is_known(thief)


def test_logins_are_listed_with_the_own_one_marked(town, somebody):
    client, _ = town.browser(somebody["name"]), town.browser(somebody["name"])
    page = client.get(f"/user/{somebody['name']}/sessions").text
    assert page.count("Werkzeug/") == 2
    assert page.count("this one") == 1
    assert town.browser("mo").get(f"/user/{somebody['name']}/sessions").status_code == 404


def test_nobody_ends_logins_of_others(town, somebody):
    client = town.browser(somebody["name"])
    (login,) = town.pages.call("user_session_list", user_id=somebody["name"])
    answer = town.call("mo", "user_session_end", user_id="mo", id=login["id"])
    assert answer.status_code == 404
    assert is_known(client)


def test_a_login_ends_if_it_is_not_used_or_was_not_to_be_remembered(town, somebody):
    client = town.browser(somebody["name"])
    own = LoginSession.user_id == somebody["id"]
    with town.pages.site.database.writing() as session:
        expires = session.scalar(select(LoginSession.expires).where(own))
        assert expires < utc_now() + timedelta(days=1, minutes=1)
        idle = {"last_seen": utc_now() - timedelta(days=31), "expires": utc_now() + timedelta(1)}
        session.execute(update(LoginSession).where(own).values(idle))
        session.commit()
    assert not is_known(client)
