"""Headers, error pages, static files, pages of the house."""

from __future__ import annotations

import re

import pytest
from pages_site import build_site

PAGES = [
    "/",
    "/dataset/",
    "/organization/",
    "/group/",
    "/about",
    "/contact",
    "/imprint",
    "/privacy",
    "/docs",
    "/user/login",
]


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    return build_site(tmp_path_factory.mktemp("site"))


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_there_and_protected(pages, path):
    """Z14."""
    answer = pages.browser().get(path)
    assert answer.status_code == 200
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert {"Referrer-Policy", "Permissions-Policy"} <= set(answer.headers.keys())
    assert "Cookie" in answer.headers["Vary"]
    assert answer.text.count("<h1") == 1


@pytest.mark.parametrize("path", PAGES[:-1])
def test_nothing_is_kept_once_somebody_is_logged_in(pages, path):
    """Z14."""
    assert pages.browser("ed").get(path).headers["Cache-Control"] == "private, no-store"


def test_scripts_in_pages_carry_the_nonce_of_the_answer(pages):
    """Z14."""
    client = pages.browser()
    seen = set()
    for _ in range(2):
        answer = client.get("/")
        nonce = re.search(r"'nonce-([^']+)'", answer.headers["Content-Security-Policy"])[1]
        inline = re.findall(r"<script(?![^>]*src=)([^>]*)>", answer.text)
        assert inline
        assert all(f'nonce="{nonce}"' in attributes for attributes in inline)
        assert not re.search(r"\s(on\w+|style)=", answer.text)
        seen.add(nonce)
    assert len(seen) == 2


def test_pages_load_nothing_from_other_hosts(pages):
    """X13."""
    html = pages.browser().get("/").text
    loaded = re.findall(r'(?:src|<link[^>]*href)="([^"]+)"', html)
    assert loaded
    assert all(address.startswith("/") for address in loaded)


@pytest.mark.parametrize(
    "path",
    [
        "/dataset/Call%20this%20number",
        "/Call%20this%20number",
        "/user/Call%20this%20number",
        "/organization/Call this number",
    ],
)
def test_error_pages_do_not_repeat_the_address(pages, path):
    """B13."""
    answer = pages.browser().get(path)
    assert answer.status_code == 404
    assert "Call" not in answer.text


def test_programs_get_errors_as_json(pages):
    answer = pages.browser().get("/dataset/none", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json["error"]["code"]) == (404, 404)


def test_a_changed_file_has_another_address_and_may_be_kept_for_long(pages):
    client = pages.browser()
    sheet = re.search(r'href="(/assets/css/tokens[^"]+)"', client.get("/").text)[1]
    answer = client.get(sheet)
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    "name",
    [
        "../theme.toml",
        "%2e%2e/theme.toml",
        "css/../../theme.toml",
        "plugin/x/../../a",
        "..%5ctheme.toml",
    ],
)
def test_static_files_never_lead_out_of_their_folders(pages, name):
    assert pages.browser().get(f"/assets/{name}").status_code == 404


def test_robots_are_told_where_not_to_go(pages):
    answer = pages.browser().get("/robots.txt")
    assert answer.mimetype == "text/plain"
    assert "Disallow: /api/" in answer.text


def test_a_site_with_an_address_says_where_weaknesses_are_reported(pages, tmp_path):
    """Z26: RFC 9116."""
    assert pages.browser().get("/.well-known/security.txt").status_code == 404
    site = build_site(tmp_path, {"email_to": "ops@example.org"})
    told = site.browser().get("/.well-known/security.txt")
    assert told.mimetype == "text/plain"
    assert "Contact: mailto:ops@example.org\n" in told.text
    assert re.search(r"^Expires: \d{4}-\d\d-\d\dT00:00:00Z$", told.text, re.MULTILINE)
    site.site.close()


def test_the_operators_own_text_is_markdown(tmp_path):
    built = build_site(tmp_path, {"cytotheca.site_imprint": "**Lab A**, <b>Street</b>"})
    html = built.browser().get("/imprint").text
    assert "<strong>Lab A</strong>" in html
    assert "<b>" not in html
