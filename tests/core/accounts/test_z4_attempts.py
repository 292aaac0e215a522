"""Z4: who tries too often has to wait, by account and by address; nobody is locked out for good."""

from __future__ import annotations

import pytest
from pages_site import log_in


def statuses(attempt, count):
    return [attempt(number) for number in range(count)]


def assert_slowed(answers, first, status):
    """Some attempts are answered, the others told for how long to wait."""
    refused = [one for one in answers if one.status_code == 429]
    assert [one.status_code for one in answers[:first]] == [status] * first
    assert len(refused) == len(answers) - first
    assert int(refused[0].headers["Retry-After"]) > 0
    return refused[0]


def test_resets_are_slowed_down_by_account(town):
    def ask(number):
        return town.send(town.browser(), "/user/reset", login="someone@example.org")

    refused = assert_slowed(statuses(ask, 5), 3, 200)
    assert "too many attempts" in refused.text


def test_registrations_are_slowed_down_by_address_in_the_api(town, new_name):
    client = town.browser()

    def register(number):
        name = new_name("many")
        params = {"name": name, "email": f"{name}@example.org", "password": "words of many"}
        return client.post("/api/3/action/user_create", json=params)

    refused = assert_slowed(statuses(register, 12), 10, 200)
    error = refused.json["error"]
    assert error["__type"] == "Too Many Requests"
    assert error["retry_after"] == int(refused.headers["Retry-After"])
    assert town.call(None, "status_show").status_code == 200
    town.mails()


def test_guessing_tokens_is_slowed_down_but_not_for_those_who_have_one(town):
    client = town.browser()

    def guess(number):
        headers = {"Authorization": f"guess-{number}"}
        return client.get("/api/3/action/status_show", headers=headers)

    assert_slowed(statuses(guess, 70), 60, 200)
    headers = {"Authorization": town.key("ed")}
    assert client.get("/api/3/action/user_show", headers=headers).status_code == 200
    assert client.get("/api/3/action/status_show").status_code == 200
    assert client.get("/about", headers={"Authorization": "guess"}).status_code == 429


def test_guessing_keys_of_links_is_slowed_down(town):
    client = town.browser()

    def guess(number):
        params = {"id": "x", "key": str(number), "password": "words of a guesser"}
        return client.post("/api/3/action/password_reset", json=params)

    assert_slowed(statuses(guess, 12), 10, 409)


def test_invitations_are_slowed_down_by_the_inviter(town, new_name):
    founder = town.hire()["name"]
    town.pages.call("organization_create", founder, name=new_name("lab"))
    group = town.pages.call("organization_list_for_user", founder)[0]["id"]
    headers = {"Authorization": town.key(founder)}

    def invite(number):
        params = {"email": f"{number}@example.org", "group_id": group, "role": "member"}
        client = town.browser()
        return client.post("/api/3/action/user_invite", json=params, headers=headers)

    assert_slowed(statuses(invite, 32), 30, 200)
    town.mails()


@pytest.mark.parametrize("field", ["email", "password"])
def test_the_present_password_cannot_be_guessed_by_a_token(town, field):
    """Z6: nor is anything changed without it."""
    user = town.hire()
    value = {"email": f"x-{user['email']}", "password": "words of a thief"}[field]
    key = town.key(user["name"])
    client = town.browser()

    def change(number):
        params = {"id": user["id"], field: value, "current_password": f"guess {number}"}
        headers = {"Authorization": key}
        return client.post("/api/3/action/user_patch", json=params, headers=headers)

    assert_slowed(statuses(change, 5), 3, 409)
    assert town.pages.call("user_show", id=user["id"])["email"] == user["email"]
    assert log_in(town.browser(), user["name"]).status_code == 302
