"""Z7: tokens reach as far as their scope and no longer than their time."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from sqlalchemy import select

from cytotheca.core.actions.token_notice import tell_of_ends
from cytotheca.core.jobs.sweeper import sweep
from cytotheca.core.models.base import utc_now
from cytotheca.core.models.user import ApiToken
from cytotheca.core.settings.site import SiteSettings

#: What is tried, and from which scope on it is allowed.
DEEDS = {
    "package_search": ("read", {}),
    "user_show": ("read", {}),
    "package_create": ("upload", {"owner_org": "lab-a"}),
    "user_patch": ("admin", {"id": "ed", "about": "x"}),
    "api_token_create": ("admin", {"user": "ed", "name": "more"}),
    "organization_create": ("admin", {}),
    "package_collaborator_create": ("admin", {"user_id": "mo", "capacity": "member"}),
}
WEEK = timedelta(days=6)
ORDER = ("read", "upload", "admin")


@pytest.mark.parametrize("scope", [*ORDER, None])
@pytest.mark.parametrize("action", DEEDS)
def test_a_token_reaches_as_far_as_its_scope(town, new_name, scope, action):
    needed, params = DEEDS[action]
    if action in {"package_create", "organization_create"}:
        params = {**params, "name": new_name("scope")}
    if action == "package_collaborator_create":
        made = town.pages.call("package_create", "ed", name=new_name("s"), owner_org="lab-a")
        params = {**params, "id": made["id"]}
        town.pages.call("organization_member_create", id="lab-a", username="ed", role="admin")
    headers = {"Authorization": town.key("ed", **({"scope": scope} if scope else {}))}
    client = town.browser()
    answer = client.post(f"/api/3/action/{action}", json=params, headers=headers)
    allowed = ORDER.index(scope or "admin") >= ORDER.index(needed)
    assert answer.status_code == (200 if allowed else 403), answer.text
    if not allowed:
        assert f"for {scope} only" in answer.json["error"]["message"]


def test_a_reading_token_sends_no_files(town):
    headers = {"Authorization": town.key("ed", scope="read")}
    data = {"package_id": "x", "upload": (io.BytesIO(b"x"), "x.rtdc")}
    answer = town.browser().post("/api/3/action/resource_create", data=data, headers=headers)
    assert answer.status_code == 403


def test_the_scope_is_listed_and_must_be_known(town):
    user = town.hire()["name"]
    town.key(user, scope="upload")
    town.key(user)
    listed = town.pages.call("api_token_list", user_id=user)
    assert [one["scope"] for one in listed] == ["upload", "admin"]
    refused = town.call(user, "api_token_create", user=user, name="t", scope="all")
    assert "scope" in refused.json["error"]


def test_a_token_ends_and_is_removed_later(town):
    """ckan-core 38: and `last_access` is noted."""
    user = town.hire()["name"]
    key = town.key(user, expires_in=2, unit=3600)
    headers = {"Authorization": key}
    assert town.browser().get("/api/3/action/user_show", headers=headers).status_code == 200
    (token,) = town.pages.call("api_token_list", user_id=user)
    assert token["last_access"]
    ends = datetime.fromisoformat(token["expires"]).replace(tzinfo=UTC)
    assert timedelta(hours=1) < ends - datetime.now(UTC) <= timedelta(hours=2)
    site = town.pages.site
    town.pages.call("api_token_revoke", jti=token["id"])
    town.key(user, expires_in=1, unit=1)
    (old,) = town.pages.call("api_token_list", user_id=user)
    secret = site.settings(SiteSettings).secret_key
    past = int((datetime.now(UTC) - timedelta(minutes=5)).timestamp())
    late = jwt.encode({"jti": old["id"], "exp": past}, secret, algorithm="HS256")
    headers = {"Authorization": late}
    assert town.browser().get("/api/3/action/user_show", headers=headers).status_code in {403, 404}
    _let_pass(site, old["id"], timedelta(days=8))
    sweep(site)
    assert town.pages.call("api_token_list", user_id=user) == []


def _let_pass(site, jti, time):
    """Pretend that a token ended some time ago."""
    with site.database.writing() as session:
        token = session.get(ApiToken, jti)
        token.expires = datetime.now(UTC) - time
        session.commit()


def test_a_token_with_a_scope_is_made_on_the_page(town):
    user = town.hire()["name"]
    fields = {"name": "reader", "days": "30", "scope": "read"}
    page = town.send(town.browser(user), f"/user/{user}/api-tokens", **fields)
    assert "only read" in page.text
    (token,) = town.pages.call("api_token_list", user_id=user)
    assert (token["scope"], bool(token["expires"])) == ("read", True)


def test_the_owner_is_told_once_before_a_token_ends(town):
    """Not of one that was made for a few days."""
    user = town.hire()
    site = town.pages.site
    key = town.key(user["name"], expires_in=30)
    town.key(user["name"], expires_in=3)
    tell_of_ends(site, "site", {})
    assert town.mails() == []
    with site.database.writing() as session:
        for token in session.scalars(select(ApiToken).where(ApiToken.user_id == user["id"])):
            if token.expires - utc_now() > timedelta(days=20):
                token.created_at, token.expires = utc_now() - timedelta(days=24), utc_now() + WEEK
        session.commit()
    tell_of_ends(site, "site", {})
    (mail,) = town.mails()
    assert mail["X-Envelope-To"] == user["email"]
    assert "ends soon" in mail["Subject"]
    assert f"/user/{user['name']}/api-tokens" in mail.get_content()
    assert key not in mail.get_content()
    tell_of_ends(site, "site", {})
    assert town.mails() == []
