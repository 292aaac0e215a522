"""O21: the audit log tells what happened to rights, and nobody can change it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from pages_site import PASSWORD, log_in


@pytest.fixture
def somebody(town):
    return town.hire()


def of(town, **wanted):
    return [(one["action"], one["actor"]) for one in town.events(**wanted)]


def test_logins_and_failed_ones_are_noted_without_what_was_typed(town, somebody):
    name = somebody["name"]
    log_in(town.browser(), name, "wrong words")
    log_in(town.browser(), name)
    assert of(town, object_id=somebody["id"])[:2] == [("login", name), ("login_failed", name)]
    entry = town.events(object_id=somebody["id"])[0]
    assert entry["address"].endswith(".0/24")
    log_in(town.browser(), "my-secret-by-mistake", "x")
    assert "my-secret" not in str(town.events(action="login_failed"))


def test_rights_and_what_is_done_to_them_are_noted(town, somebody, new_name):
    name, uid = somebody["name"], somebody["id"]
    call = town.pages.call
    call("user_patch", "ada", id=name, sysadmin=True, current_password=PASSWORD)
    call("user_patch", "ada", id=name, sysadmin=False)
    call("organization_member_create", "ada", id="lab-a", username=name, role="editor")
    call("organization_member_create", "ada", id="lab-a", username=name, role="editor")
    data = call("package_create", name, name=new_name("d"), owner_org="lab-a", state="draft")
    call("package_patch", name, id=data["id"], title="another")
    call("package_patch", name, id=data["id"], state="active")
    call("package_collaborator_create", "ada", id=data["id"], user_id=name, capacity="member")
    call("package_collaborator_delete", "ada", id=data["id"], user_id=name)
    call("organization_member_delete", "ada", id="lab-a", username=name)
    token = call("api_token_create", name, user=name, name="t")
    call("api_token_revoke", name, jti=token["id"])
    call("dataset_purge", "ada", id=data["id"])
    call("user_delete", "ada", id=name)
    assert of(town, object_id=uid) == [
        ("user_deleted", "ada"),
        ("role_withdrawn", "ada"),
        ("role_withdrawn", "ada"),
        ("role_granted", "ada"),
        ("role_granted", "ada"),
        ("sysadmin_withdrawn", "ada"),
        ("sysadmin_granted", "ada"),
        ("user_created", ""),
    ]
    assert of(town, object_id=data["id"]) == [
        ("dataset_purged", "ada"),
        ("visibility_changed", name),
        ("visibility_changed", name),
    ]
    assert of(town, object_id=token["id"]) == [("token_revoked", name), ("token_created", name)]
    assert token["token"] not in str(town.events())


def test_what_is_refused_leaves_no_trace_of_having_happened(town, somebody):
    before = len(town.events())
    answer = town.call("mo", "organization_member_create", id="lab-a", username="xi", role="admin")
    assert answer.status_code == 403
    assert [one["action"] for one in town.events()[:-before]] == ["token_created"]


@pytest.mark.parametrize("statement", ["UPDATE audit SET actor = 'x'", "DELETE FROM audit"])
def test_the_database_refuses_to_change_it(town, statement):
    before = town.events()
    with town.pages.site.database.writing() as session, pytest.raises(sa.exc.DBAPIError) as refused:
        session.execute(sa.text(statement))
    assert "append-only" in str(refused.value)
    assert town.events() == before


def test_it_is_read_page_by_page_by_administrators_only(town):
    for who in ("mo", None):
        assert town.call(who, "audit_list").status_code == 403
    everything = town.events()
    found, before = [], None
    while True:
        page = town.pages.call(
            "audit_list", "ada", limit=7, **({"before": before} if before else {})
        )
        found += page["entries"]
        before = page["next"]
        if before is None:
            break
    assert found == everything
