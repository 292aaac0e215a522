"""Z5: neither text nor work tells who has an account."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import event

from cytotheca.core.auth import passwords

NEW = "words of a stranger"
VOLATILE = re.compile(r'(value|nonce|content)="[^"]*"|[0-9a-f-]{36}|u-[0-9a-f]{8}|n-[0-9a-f]{8}')


@pytest.fixture
def work_of(town, monkeypatch):
    """Return what an action costs: statements, hashes made, jobs added."""

    def measure(act):
        sent, hashes = [], []

        def note(connection, cursor, statement, *rest):
            sent.append(" ".join(statement.split())[:60])

        hasher = passwords._hasher

        class Counting:
            def hash(self, password):
                hashes.append("hash")
                return hasher.hash(password)

            def verify(self, stored, password):
                hashes.append("verify")
                return hasher.verify(stored, password)

            def check_needs_rehash(self, stored):
                return hasher.check_needs_rehash(stored)

        engine = town.pages.site.database.engine
        before = len(town.waiting())
        event.listen(engine, "before_cursor_execute", note)
        try:
            with monkeypatch.context() as patch:
                patch.setattr(passwords, "_hasher", Counting())
                answer = act()
        finally:
            event.remove(engine, "before_cursor_execute", note)
        added = len(town.waiting()) - before
        town.mails()
        return answer.status_code, VOLATILE.sub("", answer.text), sent, hashes, added

    return measure


def test_a_reset_is_the_same_for_known_and_unknown_people(town, work_of):
    known = town.hire()
    found = [
        work_of(lambda login=login: town.send(town.browser(), "/user/reset", login=login))
        for login in (known["email"], known["name"], "nobody@example.org", "nobody")
    ]
    assert found[0][0] == 200
    assert found[0][4] == 1
    assert all(one == found[0] for one in found)


def test_a_registration_is_the_same_whether_name_and_address_are_free(town, work_of, new_name):
    known = town.hire()

    def register(**taken):
        name = new_name("n")
        given = {"name": name, "email": f"{name}@example.org", "password": NEW, **taken}
        return town.send(town.browser(), "/user/register", **given)

    found = [
        work_of(lambda taken=taken: register(**taken))
        for taken in ({}, {"name": known["name"]}, {"email": known["email"]})
    ]
    assert found[0][0] == 200
    assert found[0][3] == ["hash"]
    assert all(one == found[0] for one in found)


def test_the_owner_of_an_address_hears_of_it(town, new_name):
    known = town.hire()
    for taken in ({"email": known["email"]}, {"name": known["name"]}):
        given = {"name": new_name("n"), "email": f"{new_name('n')}@example.org", "password": NEW}
        town.call(None, "user_create", **(given | taken))
        (mail,) = town.mails()
        assert mail["X-Envelope-To"] == (given | taken)["email"]
        assert known["name"] in mail.get_content()


def test_an_invitation_is_the_same_for_known_and_unknown_addresses(town, work_of, new_name):
    known = town.hire()

    def invite(email):
        params = {"email": email, "group_id": "lab-a", "role": "member"}
        return town.call("ada", "user_invite", **params)

    answers = [invite(email).json["result"] for email in (known["email"], "new@example.org")]
    assert [sorted(one) for one in answers] == [sorted(answers[0])] * 2
    assert answers[0]["name"].startswith(known["name"])
    found = [town.call("mo", "user_show", id=one["id"]).status_code for one in answers]
    town.mails()
    found += [town.call("mo", "user_show", id=one["id"]).status_code for one in answers]
    assert found == [404] * 4
    listed = town.pages.call("member_list", "ada", id="lab-a", object_type="user")
    assert {one["id"] for one in answers}.isdisjoint(row[0] for row in listed)


def test_a_login_makes_one_verification_whoever_it_is_for(town, work_of):
    known = town.hire()
    town.send(town.browser(), "/user/login", login="nobody", password="x")  # makes a hash to try
    found = [
        work_of(
            lambda login=login: town.send(town.browser(), "/user/login", login=login, password="x")
        )
        for login in (known["name"], "nobody")
    ]
    assert [(one[0], one[1], one[3]) for one in found] == [(401, found[0][1], ["verify"])] * 2
