"""Z3: no way of making an account changes one that is there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pages_site import PASSWORD, log_in
from sqlalchemy import update

from cytotheca.core.jobs.sweeper import sweep
from cytotheca.core.models.account_key import AccountKey
from cytotheca.core.models.base import utc_now
from cytotheca.core.models.user import User, find_user

NEW = "words of a stranger"


@pytest.fixture
def somebody(town):
    return town.hire(fullname="Some Body")


def row_of(town, user):
    return town.pages.call("user_show", id=user["id"], include_password_hash=True)


@pytest.mark.parametrize("way", ["api", "web", "operator", "invite"])
@pytest.mark.parametrize("field", ["email", "name", "id"])
def test_an_existing_account_stays_as_it_is(town, somebody, new_name, way, field):
    before = row_of(town, somebody)
    given = {"name": new_name("n"), "email": f"{new_name('e')}@example.org", "password": NEW}
    value = somebody[field].upper() if field == "email" else somebody[field]
    given |= {field: value, "fullname": "Stranger", "sysadmin": "true", "state": "active"}
    if way == "operator":
        assert town.call("ada", "user_create", **given).status_code == 409
    elif way == "api":
        answer = town.call(None, "user_create", **given)
        assert answer.status_code == (409 if field == "id" else 200)
    elif way == "web":
        town.send(town.browser(), "/user/register", **given)
    else:
        town.call("ada", "user_invite", email=given["email"], group_id="lab-a", role="admin")
    town.mails()
    assert row_of(town, somebody) == before
    assert log_in(town.browser(), somebody["name"], PASSWORD).status_code == 302


def test_who_registers_is_let_in_by_the_mailed_link(town, new_name, link_of):
    name = new_name("reg")
    client = town.browser()
    sent = town.send(
        client, "/user/register", name=name, email=f"{name}@example.org", password=NEW, fullname="R"
    )
    assert "Look into your mail" in sent.text
    (mail,) = town.mails()
    assert mail["To"] == f"{name}@example.org" or mail["To"] == f"R <{name}@example.org>"
    assert log_in(client, name, NEW).status_code == 401
    assert town.call("mo", "user_show", id=name).status_code == 404
    link = link_of(mail)
    assert client.get(link.path).status_code == 200
    assert log_in(client, name, NEW).status_code == 401  # opening the link changed nothing
    path, key = link.path.split("?key=")
    assert "ready" in town.send(client, path, key=key).text
    assert log_in(client, name, NEW).status_code == 302
    shown = town.pages.call("user_show", "mo", id=name)
    assert (shown["sysadmin"], shown["state"]) == (False, "active")


def test_an_address_that_was_used_meanwhile_is_not_used_twice(town, new_name, link_of):
    email = f"{new_name('twice')}@example.org"
    links = []
    for name in (new_name("a"), new_name("b")):
        town.call(None, "user_create", name=name, email=email, password=NEW)
        (mail,) = town.mails()
        links.append(link_of(mail).parts)
    assert town.call(None, "user_verify", **links[0]).status_code == 200
    assert town.call(None, "user_verify", **links[1]).status_code == 409


@pytest.mark.parametrize("is_new", [True, False])
def test_an_invitation_gives_the_role_when_it_is_accepted(
    town, somebody, new_name, link_of, is_new
):
    """ckan-core 4.5."""
    email = f"{new_name('inv')}@example.org" if is_new else somebody["email"]
    params = {"email": email, "group_id": "lab-a", "role": "editor"}
    assert town.call("mo", "user_invite", **params).status_code == 403
    made = town.call("ada", "user_invite", **params).json["result"]
    assert (made["state"], made["email"]) == ("pending", email)
    (mail,) = town.mails()
    assert "Lab A" in mail.get_content()
    link = link_of(mail)
    name = new_name("guest") if is_new else somebody["name"]
    page = town.browser().get(link.path).text
    assert ('name="password"' in page) is is_new
    path, key = link.path.split("?key=")
    fields = {"name": name, "password": NEW} if is_new else {}
    assert name not in members(town)
    assert "You have joined" in town.send(town.browser(), path, key=key, **fields).text
    assert members(town)[name] == "editor"
    assert log_in(town.browser(), name, NEW if is_new else PASSWORD).status_code == 302
    assert town.call(None, "user_invite_accept", **link.parts, **fields).status_code == 409


def members(town):
    shown = town.pages.call("organization_show", "ada", id="lab-a")
    return {one["name"]: one["capacity"] for one in shown["users"]}


def test_accounts_whose_link_nobody_followed_are_removed_and_no_others(town, new_name):
    name, used = new_name("gone"), town.hire()
    town.call(None, "user_create", name=name, email=f"{name}@example.org", password=NEW)
    town.mails()
    town.pages.call("user_patch", "ada", id=used["id"], state="pending")
    with town.pages.site.database.writing() as session:
        past = utc_now() - timedelta(days=9)
        session.execute(update(User).where(User.state == "pending").values(created=past))
        session.execute(update(AccountKey).values(expires=past))
        session.commit()
    sweep(town.pages.site)
    with town.pages.site.database.reading() as session:
        assert find_user(session, name) is None
        assert find_user(session, used["id"]).state == "pending"
