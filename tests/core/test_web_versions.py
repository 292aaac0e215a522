"""C8: pages of versions: what they tell, and to whom."""

from __future__ import annotations

import pytest
from pages_site import build_site

EVIL = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """A dataset of two versions, one that was private, and a draft."""
    built = build_site(tmp_path_factory.mktemp("site"))
    link = {"name": "map", "url": "https://example.org/a.csv"}
    common = {"owner_org": "lab-a", "license_id": "cc-by", "resources": [link]}
    built.call("package_create", "ed", name="beads", title=f"First {EVIL}", **common)
    built.call("package_patch", "ed", id="beads", title="Second", notes=EVIL)
    built.call("package_create", "ed", name="shy", title="Hush", private=True, **common)
    built.call("package_patch", "ed", id="shy", title="Known", private=False)
    built.call("package_create", "ed", name="draft", state="draft", **common)
    yield built
    built.site.close()


def test_the_history_says_who_changed_what(pages):
    page = pages.browser().get("/dataset/versions/beads")
    assert page.status_code == 200
    assert 'href="/dataset/beads?version=1.0"' in page.text
    assert "notes, title" in page.text
    assert "First publication" in page.text
    assert 'href="/user/ed"' in pages.browser("mo").get("/dataset/versions/beads").text
    assert 'href="/dataset/versions/beads"' in pages.browser().get("/dataset/beads").text


def test_an_old_version_points_to_the_newest(pages):
    browser = pages.browser()
    old = browser.get("/dataset/beads?version=1.0").text
    assert "First &lt;script&gt;" in old
    assert EVIL not in old
    assert "See the newest version, 1.1" in old
    assert "newest version" not in browser.get("/dataset/beads?version=1.1").text
    assert "It is the newest one" in browser.get("/dataset/beads?version=:latest").text


def test_two_versions_are_compared(pages):
    page = pages.browser().get("/dataset/versions/beads/diff?old=1.0&new=1.1").text
    assert "Second" in page
    assert EVIL not in page
    assert (
        "Changes from version 1.0 to 1.1"
        in pages.browser().get("/dataset/versions/beads/diff").text
    )


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/dataset/beads?version=9.9", 404),
        ("/dataset/beads?version=x", 400),
        ("/dataset/versions/draft", 404),
        ("/dataset/versions/draft/diff?old=1.0", 404),
        ("/dataset/draft?version=:draft", 404),
        ("/dataset/shy?version=1.0", 404),
    ],
)
def test_what_the_public_may_not_see_is_not_there(pages, path, status):
    answer = pages.browser().get(path)
    assert answer.status_code == status
    assert "Hush" not in answer.text


def test_members_see_what_was_private_when_it_was_published(pages):
    assert "Hush" in pages.browser("mo").get("/dataset/shy?version=1.0").text
    assert "Hush" not in pages.browser().get("/dataset/versions/shy").text
