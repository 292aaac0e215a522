"""Z8: what a page of another site sends with somebody's cookie changes nothing."""

from __future__ import annotations

import pytest
from pages_site import form_token


@pytest.fixture
def dataset(town, new_name):
    return town.pages.call("package_create", "ed", name=new_name("z8"), owner_org="lab-a")


def patch(client, dataset, **options):
    body = {"id": dataset["id"], "notes": "changed"}
    return client.post("/api/3/action/package_patch", json=body, **options)


def notes(town, dataset):
    return town.pages.call("package_show", id=dataset["id"])["notes"] or ""


@pytest.mark.parametrize("before", ["nothing", "anonymous form", "anonymous call", "call by token"])
def test_a_cookie_alone_writes_nothing_whatever_came_before(town, dataset, before):
    """ckan-core 39 [CVE-2026-41255]: exemptions hold for one request only."""
    client = town.browser("ed")
    if before == "anonymous form":
        assert town.browser().post("/user/reset", data={"login": "ed"}).status_code == 400
    elif before == "anonymous call":
        assert patch(town.browser(), dataset).status_code == 403
    elif before == "call by token":
        headers = {"Authorization": town.key("ed")}
        params = {"id": dataset["id"], "title": "by token"}
        answer = client.post("/api/3/action/package_patch", json=params, headers=headers)
        assert answer.status_code == 200
    refused = patch(client, dataset)
    assert refused.status_code == 400
    assert notes(town, dataset) == ""
    token = form_token(client.get("/user/_logout").text)
    assert patch(client, dataset, headers={"X-CSRFToken": "x" + token}).status_code == 400
    assert patch(client, dataset, headers={"X-CSRFToken": token}).status_code == 200
    assert notes(town, dataset) == "changed"


def test_a_token_of_another_session_is_refused(town, dataset):
    stranger = town.browser("mo")
    token = form_token(stranger.get("/user/_logout").text)
    client = town.browser("ed")
    assert patch(client, dataset, headers={"X-CSRFToken": token}).status_code == 400


def test_opening_a_mailed_link_changes_nothing(town, new_name, link_of):
    name = new_name("opened")
    params = {"name": name, "email": f"{name}@example.org", "password": "words of opening"}
    town.call(None, "user_create", **params)
    (mail,) = town.mails()
    link = link_of(mail)
    for method in ("GET", "HEAD", "GET"):
        assert town.browser().open(link.path, method=method).status_code == 200
    path, key = link.path.split("?key=")
    assert town.browser().post(path, data={"key": key}).status_code == 400
    assert town.call("mo", "user_show", id=name).status_code == 404
