"""Pages about people: what they belong to, and the end of an account (ckan-core §10)."""

from __future__ import annotations

import pytest
from pages_site import PASSWORD, build_site, form_token


@pytest.fixture(scope="module", params=["true", "false"], ids=["known", "unknown"])
def pages(request, tmp_path_factory):
    """A site that shows people to everybody, and one that does not."""
    options = {"ckan.auth.public_user_details": request.param}
    built = build_site(tmp_path_factory.mktemp("site"), options)
    built.call("group_member_create", id="fig-1", username="mo", role="member")
    yield built
    built.site.close()


def is_open(pages):
    return pages.site.config["ckan.auth.public_user_details"] == "true"


def test_a_page_shows_the_circles_of_somebody_and_names_the_right(pages):
    html = pages.browser("ed").get("/user/ed/organizations").text
    assert "Circles of Ed Itor" in html
    assert 'href="/organization/lab-a"' in html
    assert "editor" in html
    assert 'href="/organization/lab-b"' not in html


def test_a_page_shows_the_collections_of_somebody(pages):
    html = pages.browser("mo").get("/user/mo/groups").text
    assert "Collections of mo" in html
    assert 'href="/group/fig-1"' in html
    assert 'href="/group/fig-1"' not in pages.browser("ed").get("/user/ed/groups").text


def test_others_are_told_of_circles_that_they_share_or_of_all_where_people_are_public(pages):
    for reader, shares in (("ed", True), ("xi", False)):
        html = pages.browser(reader).get("/user/mo/organizations").text
        assert ('href="/organization/lab-a"' in html) == (shares or is_open(pages))
        html = pages.browser(reader).get("/user/mo/groups").text
        assert ('href="/group/fig-1"' in html) == is_open(pages)


def test_the_public_sees_what_the_site_lets_it_see(pages):
    status = 200 if is_open(pages) else 404
    for path in ("/user/mo", "/user/mo/organizations", "/user/mo/groups"):
        assert pages.browser().get(path).status_code == status
    assert pages.browser("ed").get("/user/nobody/organizations").status_code == 404


def test_an_account_ends_after_a_question(pages):
    ada = pages.browser("ada")
    pages.call("user_create", name="leaver", email="l@example.org", password=PASSWORD)
    assert 'href="/user/delete/leaver"' in ada.get("/user/leaver").text
    question = ada.get("/user/delete/leaver")
    assert "Delete the account leaver?" in question.text
    assert pages.call("user_show", id="leaver")["state"] == "active"
    sent = ada.post("/user/delete/leaver", data={"_csrf_token": form_token(question.text)})
    assert sent.status_code == 303
    assert pages.call("user_show", id="leaver")["state"] == "deleted"


def test_nobody_but_administrators_ends_accounts(pages):
    for name in ("ed", "mo"):
        browser = pages.browser(name)
        token = form_token(browser.get("/user/edit/" + name).text)
        assert browser.get("/user/delete/mo").status_code == 404
        answer = browser.post("/user/delete/mo", data={"_csrf_token": token})
        assert answer.status_code == 404
        assert "/user/delete/" not in browser.get("/user/mo").text
    assert pages.call("user_show", id="mo")["state"] == "active"
