"""Z6: passwords are long, uncommon, and of any characters; CKAN's hashes are brought up to date."""

from __future__ import annotations

import base64
import hashlib

import pytest
from pages_site import PASSWORD, log_in


@pytest.mark.parametrize(
    "password", ["password1", "P@ssword123", "qwertyuiop", "aaaaaaaaaaaa", "12345678", "OWN NAME"]
)
def test_common_passwords_are_refused(town, new_name, password):
    name = new_name("weak")
    params = {"name": name, "email": f"{name}@example.org"}
    params["password"] = name if password == "OWN NAME" else password
    refused = town.call("ada", "user_create", **params)
    assert list(refused.json["error"]) == ["__type", "password"]


@pytest.mark.parametrize(
    "password", ["ünï cødé 🔬 zellen", "w" + "ord and " * 16, " spaces count "]
)
def test_all_characters_and_long_passwords_are_fine(town, password):
    user = town.hire(password=password)
    assert log_in(town.browser(), user["name"], password).status_code == 302
    assert log_in(town.browser(), user["name"], password.strip() + "x").status_code == 401


def test_a_hash_of_ckan_works_and_is_replaced_at_the_first_login(town, new_name):
    """ckan-core 6.5."""

    def ab64(data):
        return base64.b64encode(data).rstrip(b"=").replace(b"+", b".").decode()

    digest = hashlib.pbkdf2_hmac("sha512", b"words of old", b"saltsaltsalt", 1000)
    old = f"$pbkdf2-sha512$1000${ab64(b'saltsaltsalt')}${ab64(digest)}"
    user = {"name": new_name("old"), "email": f"{new_name('old')}@example.org"}
    town.pages.call("user_create", **user, password_hash=old)

    def stored():
        shown = town.pages.call("user_show", id=user["name"], include_password_hash=True)
        return shown["password_hash"]

    assert log_in(town.browser(), user["name"], "wrong words").status_code == 401
    assert stored() == old
    assert log_in(town.browser(), user["name"], "words of old").status_code == 302
    assert stored().startswith("$argon2id$")
    assert log_in(town.browser(), user["name"], "words of old").status_code == 302


@pytest.mark.parametrize(
    "text", ["plain words", "$2b$12$abcdefghijklmnopqrstuv", "$pbkdf2-sha512$"]
)
def test_only_hashes_that_can_be_verified_are_taken(town, new_name, text):
    params = {"name": new_name("h"), "email": f"{new_name('h')}@example.org", "password_hash": text}
    assert "password_hash" in town.call("ada", "user_create", **params).json["error"]


def test_another_address_needs_the_password_and_the_old_address_is_told(town):
    user = town.hire()
    client = town.browser(user["name"])
    path = f"/user/edit/{user['name']}"
    fields = {"part": "address", "email": f"moved-{user['email']}"}
    refused = town.send(client, path, **fields, current_password="wrong words")
    assert refused.status_code == 400
    assert "present password is wrong" in refused.text
    assert (
        town.send(client, path, **fields, current_password="correct horse battery").status_code
        == 303
    )
    assert town.pages.call("user_show", id=user["id"])["email"] == fields["email"]
    (mail,) = town.mails()
    assert mail["X-Envelope-To"] == user["email"]


@pytest.mark.parametrize("sent", [{}, {"current_password": "wrong words"}])
def test_nobody_becomes_an_administrator_by_a_stolen_token(town, sent):
    user = town.hire()
    refused = town.call("ada", "user_patch", id=user["id"], sysadmin=True, **sent)
    assert refused.status_code == 409
    assert "current_password" in refused.json["error"]
    assert town.pages.call("user_show", id=user["id"])["sysadmin"] is False


def test_an_administrator_gives_the_rights_with_the_own_password(town):
    user = town.hire()
    ada = town.browser("ada")
    fields = {"username": user["name"], "status": "add"}
    refused = town.send(ada, "/ckan-admin/sysadmins", **fields, current_password="wrong words")
    assert refused.status_code == 400
    assert "present password is wrong" in refused.text
    given = town.send(ada, "/ckan-admin/sysadmins", **fields, current_password=PASSWORD)
    assert given.status_code == 303
    assert town.pages.call("user_show", id=user["id"])["sysadmin"] is True
    assert town.send(ada, "/ckan-admin/sysadmins", username=user["name"], status="remove")
    assert town.pages.call("user_show", id=user["id"])["sysadmin"] is False


def test_an_administrator_takes_no_account_over_by_a_stolen_token(town):
    user = town.hire()
    for change in ({"email": "thief@example.org"}, {"password": "another long one"}):
        refused = town.call("ada", "user_patch", id=user["id"], **change)
        assert "current_password" in refused.json["error"]
        fine = town.call("ada", "user_patch", id=user["id"], **change, current_password=PASSWORD)
        assert fine.status_code == 200
