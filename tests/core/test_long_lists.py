"""Lists that are longer than an answer say so, and their pages can be turned."""

from __future__ import annotations

import re

import pytest
from pages_site import PASSWORD, build_site

CIRCLES, USERS = 30, 25


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    most = {
        "ckan.group_and_organization_list_max": "10",
        "ckan.group_and_organization_list_all_fields_max": "9",
    }
    built = build_site(tmp_path_factory.mktemp("site"), most)
    for number in range(CIRCLES - 2):
        built.call("organization_create", "ada", name=f"circle-{number:02d}")
    for number in range(USERS - 4):
        built.call(
            "user_create",
            name=f"user-{number:02d}",
            email=f"u{number}@example.org",
            password=PASSWORD,
        )
    for number in range(5):
        built.call("package_create", "ada", name=f"d-{number}", owner_org="lab-a")
    yield built
    built.site.close()


def ask(pages, action, **params):
    return pages.browser().get(f"/api/3/action/{action}", query_string=params)


@pytest.mark.parametrize(
    ("action", "params", "shown", "total"),
    [
        ("organization_list", {}, 10, CIRCLES),
        ("organization_list", {"all_fields": True, "limit": 4, "offset": 28}, 2, CIRCLES),
        ("organization_list", {"q": "circle-0", "limit": 3}, 3, 10),
        ("organization_list", {"offset": 100}, 0, CIRCLES),
        ("group_list", {}, 1, 1),
        ("package_list", {}, 5, 5),
        ("package_list", {"limit": 2}, 2, 5),
        ("package_list", {"limit": 2, "offset": 4}, 1, 5),
        ("current_package_list_with_resources", {"limit": 2}, 2, 5),
        ("user_list", {"all_fields": False}, USERS, USERS),
        ("user_list", {"limit": 7, "offset": 21}, 4, USERS),
    ],
    ids=str,
)
def test_a_part_of_a_list_tells_the_length_of_the_whole(pages, action, params, shown, total):
    """expectations A2; ckan-core §13.4."""
    answer = ask(pages, action, **params)
    assert len(answer.json["result"]) == shown
    assert answer.headers["X-Total-Count"] == str(total)


@pytest.mark.parametrize("action", ["status_show", "package_search", "license_list"])
def test_what_is_always_whole_tells_no_length(pages, action):
    assert "X-Total-Count" not in ask(pages, action).headers


def turn(browser, path, pattern):
    """Follow a list's links to its next pages; return what it names, in order."""
    found = []
    while path:
        html = browser.get(path).text
        found += re.findall(pattern, html)
        following = re.search(r'rel="next" href="([^"]+)"', html)
        path = following[1].replace("&amp;", "&") if following else None
    return found


def test_every_circle_is_on_one_page_of_the_list(pages):
    """expectations L4: also those behind the largest answer of the API."""
    named = turn(pages.browser(), "/organization/", r'href="/organization/([a-z0-9-]+)"')
    assert len(named) == len(set(named)) == CIRCLES


def test_every_user_is_on_one_page_of_the_list(pages):
    named = turn(pages.browser("ada"), "/user/", r'<td><a href="/user/([a-z0-9-]+)"')
    assert len(named) == len(set(named)) == USERS
    some = turn(pages.browser("ada"), "/user/?q=user-1", r'<td><a href="/user/([a-z0-9-]+)"')
    assert some == [f"user-{number}" for number in range(10, 20)]
