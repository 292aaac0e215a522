"""ckan-core 10: pages of activity and news."""

from __future__ import annotations

import pytest
from pages_site import build_site, form_token


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """A site of pages with the plugin; ed has a public and a private dataset."""
    built = build_site(tmp_path_factory.mktemp("site"), {"ckan.plugins": "activity"})
    common = {"owner_org": "lab-a", "license_id": "cc-by"}
    built.call("package_create", "ed", name="beads", title="Beads <b>", **common)
    built.call("package_create", "ed", name="shy", title="Hush", private=True, **common)
    yield built
    built.site.close()


@pytest.mark.parametrize(
    "path",
    ["/dataset/activity/beads", "/organization/activity/lab-a", "/user/activity/ed"],
)
def test_what_happened_is_told_without_what_is_private(pages, path):
    public = pages.browser().get(path)
    assert public.status_code == 200
    assert "published the dataset" in public.text
    assert "Beads &lt;b&gt;" in public.text
    assert "?version=1.0" in public.text
    assert "Hush" not in public.text
    assert ("Hush" in pages.browser("mo").get(path).text) == ("beads" not in path)


@pytest.mark.parametrize("path", ["/dataset/beads", "/organization/lab-a", "/user/ed"])
def test_pages_lead_to_the_activity(pages, path):
    kind, name = path.strip("/").split("/")
    assert f'href="/{kind}/activity/{name}"' in pages.browser().get(path).text


def test_activity_of_what_may_not_be_seen_is_not_there(pages):
    assert pages.browser().get("/dataset/activity/shy").status_code == 404
    html = {"Accept": "text/html"}
    assert "/user/login" in pages.browser().get("/dashboard/", headers=html).location
    assert pages.browser().get("/group/activity/fig-1").status_code == 200


def test_long_lists_have_pages(pages):
    pages.call("group_create", "ada", name="long")
    for number in range(21):
        pages.call("group_patch", "ada", id="long", description=f"note {number}")
    first = pages.browser().get("/group/activity/long").text
    assert 'href="/group/activity/long?page=2"' in first
    second = pages.browser().get("/group/activity/long?page=2").text
    assert "made the collection" in second
    assert "made the collection" not in first


def test_the_header_counts_news_until_they_are_marked_as_seen(pages):
    browser = pages.browser("xi")
    pages.call("follow_dataset", "xi", id="beads")
    pages.call("dashboard_mark_activities_old", "xi")
    assert " new</a>" not in browser.get("/about").text
    pages.call("package_patch", "ed", id="beads", title="Better beads")
    assert "1 new</a>" in browser.get("/about").text
    news = browser.get("/dashboard/").text
    assert "New:" in news
    assert browser.post("/dashboard/mark-old").status_code == 400
    token = form_token(news.split('action="/dashboard/mark-old"')[1])
    answer = browser.post("/dashboard/mark-old", data={"_csrf_token": token})
    assert (answer.status_code, answer.location) == (303, "/dashboard/")
    assert " new</a>" not in browser.get("/about").text
