"""Accounts, logins, tokens."""

import base64
import hashlib

import pytest
from sqlalchemy import func, select

from cytotheca.core.auth.accounts import authenticate
from cytotheca.core.auth.tokens import token_id
from cytotheca.core.domain.errors import NotAuthorized, NotFound, ValidationError
from cytotheca.core.models.user import LoginSession

GIVEN = {"name": "neu", "email": "Neu@Example.org", "password": "correct-horse"}


def log_in(house, login, password="correct-horse"):  # noqa: S107
    with house.site.database.reading() as session:
        found = authenticate(session, login, password)
        return found.name if found else None


def test_addresses_are_for_self_and_sysadmins(house):
    own = house.call("ed", "user_show")
    assert (own["name"], own["email"], own["apikey"]) == ("ed", "ed@example.org", None)
    assert house.call("ada", "user_show", id="ed")["email"] == "ed@example.org"
    md5 = hashlib.md5(b"ed@example.org").hexdigest()
    other = house.call("mo", "user_show", id="ed")
    assert "email" not in other
    assert other["email_hash"] == md5
    public = house.call("", "user_show", id=house.ids["ed"])
    assert public["email_hash"] == ""
    assert not {"password", "reset_key", "password_hash", "plugin_extras"} & set(own)


def test_the_public_has_no_self(house):
    with pytest.raises(NotFound):
        house.call("", "user_show")


def test_users_can_be_hidden_from_the_public(found_house):
    house = found_house(ckan__auth__public_user_details="false")
    for action, params in [
        ("user_show", {}),
        ("user_show", {"id": "ed"}),
        ("user_list", {}),
        ("user_autocomplete", {"q": ""}),
    ]:
        with pytest.raises(NotAuthorized):
            house.call("", action, **params)
    assert house.call("mo", "user_show", id="ed")["name"] == "ed"


def test_created_datasets_are_counted(house, dataset):
    dataset("d1")
    dataset("d2", private=True)
    dataset("d3", state="draft")
    assert house.call("ed", "user_show")["number_created_packages"] == 3
    assert house.call("mo", "user_show", id="ed")["number_created_packages"] == 1
    shown = house.call("mo", "user_show", id="ed", include_datasets=True)
    assert {one["name"] for one in shown["datasets"]} == {"d1", "d2"}


def test_everyone_is_completed(house):
    found = house.call("mo", "user_autocomplete", q="", limit=100)
    assert [one["name"] for one in found] == ["ada", "ed", "mo", "xi"]
    assert all(set(one) == {"id", "name", "fullname"} for one in found)
    assert [one["name"] for one in house.call("mo", "user_autocomplete", q="X")] == ["xi"]
    assert "xi" in {one["name"] for one in house.call("xi", "user_autocomplete", q="", limit=1)}
    assert house.call("mo", "user_autocomplete", q="mo", ignore_self=True) == []
    assert [one["name"] for one in house.call("ada", "user_autocomplete", q="xi@ex")] == ["xi"]
    assert house.call("ed", "user_autocomplete", q="xi@ex") == []
    with pytest.raises(ValidationError) as refused:
        house.call("mo", "user_autocomplete")
    assert refused.value.errors == {"q": ["Missing value"]}


def test_users_are_listed(house):
    assert house.call("mo", "user_list", all_fields="false") == ["ada", "ed", "mo", "xi"]
    shown = house.call("ada", "user_list", email="ED@example.org")
    assert [(one["name"], one["email"]) for one in shown] == [("ed", "ed@example.org")]
    assert "email" not in house.call("mo", "user_list", q="ed")[0]
    before = house.statements("mo", "user_list")
    for number in range(20):
        house.hire(f"many-{number}")
    assert house.statements("mo", "user_list") == before


def test_accounts_are_made_by_sysadmins(house):
    for who in ("", "ed"):
        with pytest.raises(NotAuthorized):
            house.call(who, "user_create", **GIVEN)
    made = house.call("ada", "user_create", **GIVEN, with_apitoken=True)
    assert made["email"] == "Neu@example.org"
    assert made["sysadmin"] is False
    secret = house.site.config["SECRET_KEY"]
    house.ids["neu"] = made["id"]
    tokens = house.call("neu", "api_token_list", user_id="neu")
    assert [one["id"] for one in tokens] == [token_id(made["token"], secret)]
    assert log_in(house, "neu") == "neu"


def test_people_register_where_they_may_and_never_as_sysadmin(found_house):
    options = {"cytotheca__accounts__verify_email": "false"}
    house = found_house(ckan__auth__create_user_via_api="true", **options)
    made = house.call("", "user_create", **GIVEN, sysadmin=True, state="pending")
    assert (made["sysadmin"], made["state"]) == (False, "active")
    with pytest.raises(ValidationError) as refused:
        house.call(
            "",
            "user_create",
            **(GIVEN | {"name": "neu2", "email": "e2@example.org"}),
            id=house.ids["ed"],
        )
    assert "id" in refused.value.errors


@pytest.mark.parametrize(
    ("change", "field", "text"),
    [
        ({"name": "ed"}, "name", "already associated"),
        ({"name": "E D"}, "name", "lowercase"),
        ({"email": "ED@example.org"}, "email", "belongs to a registered user"),
        ({"email": "nonsense"}, "email", "not a valid format"),
        ({"email": ""}, "email", "Missing value"),
        ({"password": "1234567"}, "password", "8 characters or longer"),
        ({"password": ""}, "password", "Missing value"),
    ],
)
def test_bad_accounts_are_refused_and_nothing_changes(house, change, field, text):
    before = house.call("ada", "user_show", id="ed", include_password_hash=True)
    with pytest.raises(ValidationError) as refused:
        house.call("ada", "user_create", **(GIVEN | change))
    assert text in refused.value.errors[field][0]
    assert house.call("ada", "user_show", id="ed", include_password_hash=True) == before


def test_the_own_object_with_another_name_is_an_update(house):
    own = house.call("ed", "user_show")
    changed = house.call("ed", "user_update", **(own | {"fullname": "Ed Two"}))
    assert changed == own | {"fullname": "Ed Two", "display_name": "Ed Two"}


def test_users_change_only_themselves_and_not_their_rights(house):
    with pytest.raises(NotAuthorized):
        house.call("ed", "user_patch", id="mo", about="x")
    with pytest.raises(NotAuthorized):
        house.call("", "user_patch", id="mo", about="x")
    same = house.call("ed", "user_patch", id="ed", sysadmin=True, state="deleted", about="x")
    assert (same["sysadmin"], same["state"], same["about"]) == (False, "active", "x")
    with pytest.raises(ValidationError) as refused:
        house.call("ed", "user_patch", id="ed", name="eddy")
    assert "name" in refused.value.errors
    with pytest.raises(ValidationError) as refused:
        house.call("ed", "user_update", id="ed", fullname="Ed")
    assert refused.value.errors == {"email": ["Missing value"]}


def test_sysadmins_promote_others_but_do_not_demote_themselves(house):
    given = {"id": "ed", "sysadmin": True, "current_password": "correct-horse"}
    assert house.call("ada", "user_patch", **given)["sysadmin"] is True
    assert house.call("ada", "user_patch", id="ada", sysadmin=False)["sysadmin"] is True
    assert house.call("ada", "user_patch", id="mo", name="moe")["name"] == "moe"


def begin_login(house, name):
    with house.site.database.writing() as session:
        expires = func.now()
        session.add(LoginSession(key_hash=name, user_id=house.ids[name], expires=expires))
        session.commit()


def logins(house):
    with house.site.database.reading() as session:
        return set(session.scalars(select(LoginSession.key_hash)))


@pytest.mark.parametrize(
    ("who", "action", "params"),
    [
        (
            "ed",
            "user_patch",
            {"id": "ed", "password": "another-horse", "current_password": "correct-horse"},
        ),
        ("ada", "user_delete", {"id": "ed"}),
        ("ada", "user_patch", {"id": "ed", "state": "deleted"}),
    ],
)
def test_a_new_password_or_the_end_of_an_account_ends_its_logins(house, who, action, params):
    for name in ("ed", "mo"):
        begin_login(house, name)
    house.call(who, action, **params)
    assert logins(house) == {"mo"}
    assert log_in(house, "ed") is None


def test_a_deleted_user_is_gone_for_others(house, dataset):
    dataset("d1")
    token = house.call("ed", "api_token_create", user="ed", name="t")
    with pytest.raises(NotAuthorized):
        house.call("ed", "user_delete", id="ed")
    assert house.call("ada", "user_delete", id="ed") is None
    with pytest.raises(NotFound):
        house.call("mo", "user_show", id="ed")
    assert house.call("ada", "user_show", id="ed")["state"] == "deleted"
    assert {u["name"] for u in house.call("", "organization_show", id="lab-a")["users"]} == {
        "ada",
        "mo",
    }
    assert "ed" not in house.call("mo", "user_list", all_fields=False)
    house.call("ada", "user_patch", id="ed", state="active")
    assert house.call("ed", "api_token_list", user_id="ed") == []
    assert token["id"]


def test_login_by_name_or_address(house):
    assert log_in(house, "ed") == "ed"
    assert log_in(house, "ED@example.org ") == "ed"
    assert log_in(house, "ed", "wrong-horse") is None
    assert log_in(house, "nobody") is None
    assert log_in(house, house.ids["ed"]) is None


def test_accounts_of_ckan_are_moved_with_their_passwords(house):
    digest = hashlib.pbkdf2_hmac("sha512", b"correct-horse", b"saltsaltsalt", 1000)

    def ab64(data):
        return base64.b64encode(data).rstrip(b"=").replace(b"+", b".").decode()

    old = f"$pbkdf2-sha512$1000${ab64(b'saltsaltsalt')}${ab64(digest)}"
    given = {"name": "old", "email": "old@example.org", "password_hash": old}
    house.call("ada", "user_create", **given)
    assert log_in(house, "old") == "old"


def test_tokens_are_shown_once_and_revoked_by_their_owner(house):
    made = house.call("ed", "api_token_create", user="ed", name="t")
    assert made["token"].count(".") == 2
    listed = house.call("ed", "api_token_list", user="ed")
    assert [(one["id"], one["name"], one["expires"]) for one in listed] == [(made["id"], "t", None)]
    assert made["token"] not in str(listed)
    for who, given in [("mo", {"jti": made["id"]}), ("mo", {"jti": "x" * 43}), ("ed", {})]:
        with pytest.raises(NotAuthorized):
            house.call(who, "api_token_revoke", **given)
    assert house.call("ed", "api_token_revoke", token=made["token"]) is None
    assert house.call("ed", "api_token_list", user_id="ed") == []


def test_tokens_are_made_for_oneself(house):
    for who in ("mo", ""):
        with pytest.raises(NotAuthorized):
            house.call(who, "api_token_create", user="ed", name="t")
        with pytest.raises(NotAuthorized):
            house.call(who, "api_token_list", user_id="ed")


def test_tokens_can_expire(house):
    house.call("ed", "api_token_create", user="ed", name="t", expires_in="30", unit="86400")
    (listed,) = house.call("ed", "api_token_list", user_id="ed")
    assert listed["expires"] > listed["created_at"]
    with pytest.raises(ValidationError):
        house.call("ed", "api_token_create", user="ed", name="t", expires_in=10**12)


def test_the_site_user_is_for_internal_calls(house):
    with pytest.raises(NotAuthorized):
        house.call("ada", "get_site_user")
    assert house.operate("get_site_user")["name"] == "default"
    assert "default" not in house.call("ada", "user_list", all_fields=False)
    assert log_in(house, "default", "") is None


@pytest.mark.parametrize("email", ["ed@lab.local", "Ed@localhost", " ed@uni.example ", "é@b.org"])
def test_addresses_of_a_houses_own_network_are_addresses(house, email):
    """ckan-core 3.3."""
    changed = house.operate("user_patch", id="ed", email=email)
    assert changed["email"].lower() == email.strip().lower()


@pytest.mark.parametrize("email", ["ed", "ed@", "@b.c", "a b@c.d", "Ed <ed@b.org>", "ed@b..c"])
def test_what_is_no_address_is_refused(house, email):
    """ckan-core 3.3."""
    with pytest.raises(ValidationError) as refused:
        house.call("ada", "user_patch", id="ed", email=email)
    assert refused.value.errors == {"email": [f"Email {email} is not a valid format"]}
