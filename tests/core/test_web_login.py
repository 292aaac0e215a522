"""Logging in and out, API tokens on the page, forged forms."""

from __future__ import annotations

import re
import time

import pytest
from pages_site import PASSWORD, build_site, form_token, log_in


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    return build_site(tmp_path_factory.mktemp("site"))


def is_known(client) -> bool:
    return "My datasets" in client.get("/").text


@pytest.mark.parametrize("login", ["ed", "ed@example.org", " ed "])
def test_people_log_in_by_name_or_address(pages, login):
    client = pages.browser()
    answer = log_in(client, login)
    assert (answer.status_code, answer.location) == (302, "/dashboard/datasets")
    assert is_known(client)


def test_wrong_passwords_and_unknown_names_look_the_same(pages):
    wrong = log_in(pages.browser(), "ed", "nonsense")
    unknown = log_in(pages.browser(), "nobody", "nonsense")
    assert wrong.status_code == unknown.status_code == 401
    strip = re.compile(r'(value|nonce|content)="[^"]*"')
    assert strip.sub("", wrong.text) == strip.sub("", unknown.text)


def test_most_of_fifty_guesses_are_refused_and_the_right_password_works_later(tmp_path):
    pages = build_site(tmp_path)
    client = pages.browser()
    token = form_token(client.get("/user/login").text)
    form = {"login": "ed", "_csrf_token": token}
    answers = [
        client.post("/user/login", data={**form, "password": f"guess {n}"}) for n in range(50)
    ]
    refused = [one for one in answers if one.status_code == 429]
    assert len(refused) >= 40
    assert int(refused[-1].headers["Retry-After"]) > 0
    assert log_in(pages.browser(), "mo").status_code == 302  # others are not locked out
    deadline = time.monotonic() + 30
    while (answer := log_in(pages.browser(), "ed")).status_code == 429:
        assert time.monotonic() < deadline
        time.sleep(min(1.0, float(answer.headers["Retry-After"])))
    assert answer.status_code == 302


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil.example",
        "https:evil.example",
        "https://evil.example",
        "/\t/evil.example",
        "\r\nSet-Cookie: a=b",
        "javascript:alert(1)",
        "@evil.example",
    ],
)
def test_the_login_never_leads_to_another_site(pages, target):
    """Z16."""
    assert log_in(pages.browser(), "ed", next=target).location == "/dashboard/datasets"


def test_the_login_leads_back_to_where_it_was_asked_for(pages):
    assert log_in(pages.browser(), "ed", next="/dataset/?q=a").location == "/dataset/?q=a"


def test_the_session_changes_at_login_and_dies_at_logout(pages):
    client = pages.browser()
    client.get("/user/login")
    before = client.get_cookie("cytotheca").value
    log_in(client, "ed")
    cookie = client.get_cookie("cytotheca").value
    assert cookie != before
    token = form_token(client.get("/user/_logout").text)
    assert client.post("/user/_logout", data={"_csrf_token": token}).status_code == 302
    copied = pages.browser()
    copied.set_cookie("cytotheca", cookie)
    assert not is_known(copied)


def test_nothing_changes_by_get_or_without_the_form_token(pages):
    client = pages.browser("ed")
    client.get("/user/_logout")
    assert client.post("/user/_logout").status_code == 400
    assert client.post("/user/ed/api-tokens", data={"name": "forged"}).status_code == 400
    assert pages.call("api_token_list", user_id="ed") == []
    assert is_known(client)


def test_a_login_without_token_is_refused(pages):
    data = {"login": "ed", "password": PASSWORD}
    assert pages.browser().post("/user/login", data=data).status_code == 400


def test_a_new_token_is_shown_once_works_and_can_be_revoked(pages):
    client = pages.browser("ed")
    page = client.get("/user/ed/api-tokens")
    form = {"_csrf_token": form_token(page.text), "name": "lab", "days": "30"}
    made = client.post("/user/ed/api-tokens", data=form)
    secret = re.search(r'id="new-token"[^>]*>([^<]+)<', made.text)[1]
    assert made.headers["Cache-Control"] == "private, no-store"
    assert secret not in client.get("/user/ed/api-tokens").text
    headers = {"Authorization": secret}
    answer = pages.browser().get("/api/3/action/user_show", headers=headers)
    assert answer.json["result"]["name"] == "ed"
    [token] = pages.call("api_token_list", user_id="ed")
    client.post(f"/user/ed/api-tokens/{token['id']}/revoke", data=form)
    assert pages.call("api_token_list", user_id="ed") == []


@pytest.mark.parametrize("path", ["/user/ed/api-tokens", "/user/", "/user/nobody"])
def test_pages_of_others_do_not_exist(pages, path):
    assert pages.browser("mo").get(path).status_code == 404


@pytest.mark.parametrize("path", ["/dashboard/datasets", "/user/me", "/user/ed/api-tokens"])
def test_browsers_are_sent_to_the_login_and_programs_get_a_status(pages, path):
    """S4."""
    client = pages.browser()
    asked = client.get(path, headers={"Accept": "text/html"})
    assert asked.status_code == 302
    assert asked.location.startswith("/user/login?next=")
    assert client.get(path, headers={"Accept": "application/json"}).status_code == 404


def test_readers_without_account_get_no_cookie(pages):
    answer = pages.browser().get("/dataset/")
    assert "Set-Cookie" not in answer.headers
