"""Users and their tokens."""

import pytest


@pytest.fixture
def worker(core_site, new_name):
    """A user of the test's own."""
    return core_site.hire(new_name("u"))


def test_an_empty_query_completes_to_everyone(core_site, mo):
    """ckan-core 37."""
    found = mo.get("user_autocomplete", q="", limit=100).result
    assert all(set(one) == {"id", "name", "fullname"} for one in found)
    assert {"ada", "ed", "mo", "xi"} <= {one["name"] for one in found}


def test_a_deleted_user_is_not_completed(admin, mo, worker):
    """ckan-core 37."""
    assert worker.name in {one["name"] for one in mo.get("user_autocomplete", q="u-").result}
    assert admin.post("user_delete", id=worker.id).status == 200
    assert mo.get("user_autocomplete", q=worker.name).result == []
    assert worker.get("user_show", id=worker.id).status in {403, 404}


def test_a_token_works_until_it_is_revoked(worker, mo):
    """ckan-core 38."""
    made = worker.post("api_token_create", user=worker.name, name="t").result
    assert made["token"].count(".") == 2
    headers = {"Authorization": made["token"]}
    own = mo.fetch("/api/3/action/user_show", headers=headers).json()["result"]
    assert own["name"] == worker.name
    listed = worker.get("api_token_list", user_id=worker.name)
    assert made["token"] not in str(listed.body)
    entry = next(one for one in listed.result if one["id"] == made["id"])
    assert entry["last_access"]
    assert mo.post("api_token_revoke", jti=made["id"]).status == 403
    assert worker.post("api_token_revoke", jti=made["id"]).status == 200
    assert mo.fetch("/api/3/action/user_show", headers=headers).status_code in {403, 404}


def test_nobody_makes_a_token_for_another(mo):
    """ckan-core 38."""
    assert mo.post("api_token_create", user="ed", name="t").status == 403
    assert mo.get("api_token_list", user_id="ed").status == 403


def test_an_unknown_token_is_refused_like_a_foreign_one(mo):
    """ckan-core §4.5."""
    assert mo.post("api_token_revoke", jti="x" * 43).status == 403
