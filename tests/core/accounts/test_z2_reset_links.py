"""Z2: links to set a new password work once, for an hour, and only for what they were made."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pages_site import PASSWORD, log_in
from sqlalchemy import update

from cytotheca.core.models.account_key import AccountKey
from cytotheca.core.models.base import utc_now

NEW = "three more words"


@pytest.fixture
def somebody(town):
    return town.hire()


@pytest.fixture
def reset_link(town, somebody, link_of):
    town.send(town.browser(), "/user/reset", login=somebody["email"])
    (mail,) = town.mails()
    return link_of(mail)


def test_a_lost_password_is_replaced_by_mail_once(town, somebody, reset_link):
    before = town.browser(somebody["name"])
    client = town.browser()
    page = client.get(reset_link.path)
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert somebody["name"] in page.text
    path, key = reset_link.path.split("?key=")
    weak = town.send(client, path, key=key, password="password1")
    assert weak.status_code == 400
    assert "guessers try" in weak.text
    done = town.send(client, path, key=key, password=NEW)
    assert "Your password is changed" in done.text
    assert before.get("/user/me").status_code != 302
    assert log_in(town.browser(), somebody["name"], PASSWORD).status_code == 401
    assert log_in(town.browser(), somebody["name"], NEW).status_code == 302
    again = town.send(client, path, key=key, password="yet other words")
    assert again.status_code == 400
    assert "used already" in client.get(reset_link.path).text
    (told,) = town.mails()
    assert "was changed" in told["Subject"]


@pytest.mark.parametrize("what", ["time", "password", "address", "another link", "other account"])
def test_a_link_is_void_after(town, somebody, reset_link, what):
    parts = dict(reset_link.parts)
    if what == "time":
        with town.pages.site.database.writing() as session:
            mine = AccountKey.user_id == somebody["id"]
            row = session.query(AccountKey).where(mine).one()
            assert row.expires - row.created <= timedelta(hours=1, seconds=1)
            past = utc_now() - timedelta(seconds=1)
            session.execute(update(AccountKey).where(mine).values(expires=past))
            session.commit()
    elif what == "password":
        town.pages.call("user_patch", id=somebody["id"], password="words of somebody")
    elif what == "address":
        new = f"new-{somebody['email']}"
        town.pages.call("user_patch", id=somebody["id"], email=new)
    elif what == "another link":
        town.send(town.browser(), "/user/reset", login=somebody["name"])
    else:
        parts["id"] = town.hire()["id"]
    town.mails()
    refused = town.call(None, "password_reset", **parts, password=NEW)
    assert (refused.status_code, list(refused.json["error"])) == (409, ["__type", "key"])
    assert log_in(town.browser(), somebody["name"], NEW).status_code == 401


def test_the_key_is_nowhere_but_in_the_mail_and_the_host_is_ours(town, somebody, reset_link):
    key = reset_link.parts["key"]
    with town.pages.site.database.reading() as session:
        dump = session.connection().connection.driver_connection.iterdump()
        assert key not in "\n".join(dump)
    forged = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    asked = town.browser().post(
        "/api/3/action/password_reset_request", json={"login": somebody["name"]}, headers=forged
    )
    assert asked.status_code == 200
    (mail,) = town.mails()
    assert "evil" not in mail.get_content()
    assert "http://localhost/user/reset/" in mail.get_content()
