"""ckan-core 4.5: people follow with a button; who follows is for administrators."""

from __future__ import annotations

import pytest
from pages_site import build_site, form_token


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    built = build_site(tmp_path_factory.mktemp("site"))
    built.call("package_create", "ed", name="beads", owner_org="lab-a", license_id="cc-by")
    yield built
    built.site.close()


@pytest.mark.parametrize(
    ("kind", "ref"),
    [("dataset", "beads"), ("organization", "lab-a"), ("group", "fig-1"), ("user", "ed")],
)
def test_a_button_follows_and_unfollows(pages, kind, ref):
    browser, path = pages.browser("mo"), f"/{kind}/{ref}"
    assert f'action="/{kind}/follow/{ref}"' in browser.get(path).text
    for verb, following in (("follow", True), ("unfollow", False)):
        token = form_token(browser.get(path).text)
        address = f"/{kind}/{verb}/{ref}"
        answer = browser.post(address, data={"_csrf_token": token})
        assert (answer.status_code, answer.location) == (303, path)
        page = browser.get(path).text
        assert (f'action="/{kind}/unfollow/{ref}"' in page) == following
        assert not following or " follower" in page
    assert browser.post(f"/{kind}/follow/{ref}").status_code == 400


def test_nobody_is_asked_to_follow_themselves_and_the_public_has_no_button(pages):
    assert "/user/follow/" not in pages.browser("mo").get("/user/mo").text
    assert "/dataset/follow/" not in pages.browser().get("/dataset/beads").text


@pytest.mark.parametrize("path", ["/dataset/followers/beads", "/user/followers/ed"])
def test_followers_are_shown_to_administrators(pages, path):
    pages.call("follow_dataset", "xi", id="beads")
    pages.call("follow_user", "xi", id="ed")
    assert 'href="/user/xi"' in pages.browser("ada").get(path).text
    assert pages.browser("ed").get(path).status_code in {403, 404}
