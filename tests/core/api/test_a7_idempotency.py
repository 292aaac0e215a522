"""A7: a call with an ``Idempotency-Key`` is done once, however often it is sent."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from pages_site import build_site

from cytotheca.core.jobs.sweeper import sweep
from cytotheca.core.models import repeatable


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    built = build_site(tmp_path_factory.mktemp("a7"))
    yield built
    built.site.close()


@pytest.fixture(scope="module")
def keys(pages):
    return {
        name: pages.call("api_token_create", user=name, name="t")["token"] for name in ("ed", "ada")
    }


@pytest.fixture
def send(pages, keys):
    def call(action, params, key, user="ed", **options):
        headers = {"Authorization": keys[user], "Idempotency-Key": key}
        sent = options or {"json": params}
        return pages.browser().post(f"/api/3/action/{action}", headers=headers, **sent)

    return call


def test_a_repeated_creation_creates_nothing_new(pages, send, new_name):
    title = new_name("Once")
    wish = {"name": new_name("a7"), "title": title, "owner_org": "lab-a", "private": True}
    first, again = (send("package_create", wish, "first-attempt") for _ in range(2))
    assert first.status_code == again.status_code == 200
    assert first.json == again.json
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    found = pages.call("package_search", "ed", q=title, include_private=True)
    assert found["count"] == 1


def test_a_key_is_for_one_call_and_one_user(send, new_name):
    wish = {"name": new_name("a7"), "owner_org": "lab-a"}
    assert send("package_create", wish, "mine").status_code == 200
    other = send("package_create", {**wish, "notes": "another"}, "mine")
    assert other.status_code == 409
    assert list(other.json["error"]) == ["__type", "Idempotency-Key"]
    theirs = send("package_create", {**wish, "name": new_name("a7")}, "mine", user="ada")
    assert theirs.status_code == 200
    assert "Idempotency-Replayed" not in theirs.headers


def test_a_call_that_was_refused_may_be_tried_again(pages, send, new_name):
    name = new_name("a7")
    assert send("package_create", {"name": name, "owner_org": "no"}, "retry").status_code == 409
    assert send("package_create", {"name": name, "owner_org": "lab-a"}, "retry").status_code == 200


def test_an_upload_is_repeated_by_its_bytes(pages, send, new_name):
    made = pages.call("package_create", "ed", name=new_name("a7"), owner_org="lab-a", state="draft")

    def upload(data):
        form = {"package_id": made["id"], "name": "a.csv", "upload": (io.BytesIO(data), "a.csv")}
        return send("resource_create", None, "file-1", data=form)

    first, again = upload(b"a,b\n"), upload(b"a,b\n")
    assert first.json["result"]["id"] == again.json["result"]["id"]
    assert upload(b"a,c\n").status_code == 409
    assert pages.call("package_show", id=made["id"])["num_resources"] == 1


def test_simultaneous_calls_of_one_key_make_one_dataset(pages, send, new_name):
    wish = {"name": new_name("race"), "owner_org": "lab-a"}
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: send("package_create", wish, "race"), range(4)))
    assert {one.status_code for one in answers} == {200}
    assert len({one.json["result"]["id"] for one in answers}) == 1


def test_secrets_are_not_kept_to_be_told_again(send):
    refused = send("api_token_create", {"user": "ed", "name": "x"}, "secret")
    assert refused.status_code == 409
    assert "Idempotency-Key" in refused.json["error"]


@pytest.mark.parametrize("key", ["", "x" * 256])
def test_a_key_that_is_none_is_named(send, new_name, key):
    refused = send("package_create", {"name": new_name("a7"), "owner_org": "lab-a"}, key)
    assert refused.status_code == 409
    assert "Idempotency-Key" in refused.json["error"]


def test_keys_are_forgotten_after_a_day(pages, send, new_name, monkeypatch):
    first = send("package_create", {"name": new_name("day"), "owner_org": "lab-a"}, "day")
    later = repeatable.utc_now() + repeatable.KEPT * 1.1
    monkeypatch.setattr(repeatable, "utc_now", lambda: later)
    wish = {"name": new_name("next"), "owner_org": "lab-a"}
    again = send("package_create", wish, "day")
    assert again.status_code == 200
    assert again.json["result"]["id"] != first.json["result"]["id"]
    sweep(pages.site)
    with pages.site.database.reading() as session:
        left = session.query(repeatable.RepeatableCall).all()
    assert [row for row in left if row.created < later - repeatable.KEPT] == []
