"""A4: how many calls are answered in a minute, and how clients are told."""

from __future__ import annotations

import io
import time

import pytest
from pages_site import build_site

ANONYMOUS, USER = 5, 120
SEARCH = "/api/3/action/package_search"


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    options = {
        "cytotheca.api.anonymous_calls_per_minute": str(ANONYMOUS),
        "cytotheca.api.calls_per_minute": str(USER),
    }
    built = build_site(tmp_path_factory.mktemp("a4"), options)
    yield built
    built.site.close()


@pytest.fixture(autouse=True)
def _in_one_minute(monkeypatch):
    """Keep the minute from ending between two calls."""
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)


@pytest.fixture
def at(pages, request):
    """Return a client at an address of its own."""
    number = abs(hash(request.node.nodeid)) % 250

    def connect(last=1):
        client = pages.browser()
        client.environ_base["REMOTE_ADDR"] = f"10.9.{number}.{last}"
        return client

    return connect


def test_each_answer_tells_what_is_left(at):
    first, second = at().get(SEARCH), at().get(f"{SEARCH}?fq=(")
    assert first.headers["RateLimit-Limit"] == str(ANONYMOUS)
    assert first.headers["RateLimit-Remaining"] == str(ANONYMOUS - 1)
    assert second.headers["RateLimit-Remaining"] == str(ANONYMOUS - 2)
    assert 0 < int(first.headers["RateLimit-Reset"]) <= 60
    assert first.headers["RateLimit-Policy"] == f"{ANONYMOUS};w=60"


def test_a_call_too_many_is_refused_in_the_envelope(at):
    answers = [at().get(SEARCH) for _ in range(ANONYMOUS + 1)]
    assert [one.status_code for one in answers] == [200] * ANONYMOUS + [429]
    last = answers[-1]
    assert last.json["success"] is False
    assert last.json["error"]["__type"] == "Too Many Requests"
    assert int(last.headers["Retry-After"]) == last.json["error"]["retry_after"] <= 60
    assert last.headers["RateLimit-Remaining"] == "0"
    assert at(last=2).get(SEARCH).status_code == 200


def test_what_is_no_call_is_free(at):
    for _ in range(ANONYMOUS + 1):
        at().get(SEARCH)
    assert at().options(SEARCH).status_code in {200, 204}
    assert at().get("/dataset/").status_code == 200
    assert at().get("/health/live").status_code == 200


def test_users_have_limits_of_their_own_and_administrators_none(pages, at):
    for _ in range(ANONYMOUS + 1):
        at().get(SEARCH)
    keys = {
        name: pages.call("api_token_create", user=name, name="t")["token"] for name in ("ed", "ada")
    }
    answer = at().get(SEARCH, headers={"Authorization": keys["ed"]})
    assert answer.status_code == 200
    assert answer.headers["RateLimit-Limit"] == str(USER)
    answer = at().get(SEARCH, headers={"Authorization": keys["ada"]})
    assert "RateLimit-Limit" not in answer.headers


def test_a_hundred_files_are_uploaded_within_the_limits(tmp_path):
    """By one user in one minute, with the limits that sites have by themselves."""
    pages = build_site(tmp_path)
    key = pages.call("api_token_create", user="ed", name="t")["token"]
    dataset = pages.call("package_create", "ed", name="many", owner_org="lab-a", state="draft")
    client = pages.browser()
    try:
        for number in range(100):
            file = (io.BytesIO(b"a,b\n1,2\n"), f"{number}.csv")
            answer = client.post(
                "/api/3/action/resource_create",
                data={"package_id": dataset["id"], "name": f"{number}.csv", "upload": file},
                headers={"Authorization": key},
            )
            assert answer.status_code == 200, answer.text
        assert pages.call("package_show", id="many")["num_resources"] == 100
    finally:
        pages.site.close()


def test_a_site_can_do_without_limits(tmp_path):
    pages = build_site(tmp_path, {"cytotheca.api.anonymous_calls_per_minute": "0"})
    try:
        answer = pages.browser().get(SEARCH)
        assert answer.status_code == 200
        assert "RateLimit-Limit" not in answer.headers
    finally:
        pages.site.close()
