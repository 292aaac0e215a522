"""L1: pages ask the database for no more when they show more, and never for much."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from pages_site import build_site
from sqlalchemy import event

FEW, MANY, MOST = 10, 1000, 25
PAGES = ["/", "/dataset/", "/dataset/dd", "/organization/lab-a", "/group/fig-1", "/user/ed"]
OWN_PAGES = ["/dashboard/datasets", "/dashboard/", "/dataset/access/dd"]


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    built = build_site(tmp_path_factory.mktemp("l1"), {"ckan.plugins": "activity"})
    built.call("package_create", **dataset("dd", "Many files", files(FEW)))
    yield built
    built.site.close()


def dataset(name, title, resources):
    return {
        "name": name,
        "title": title,
        "author": "Ada Lovelace",
        "license_id": "CC0-1.0",
        "owner_org": "lab-a",
        "state": "active",
        "private": False,
        "tags": [{"name": "beads"}, {"name": name}],
        "resources": resources,
    }


def files(count):
    return [{"name": f"{n}.rtdc", "url": f"https://example.org/{n}"} for n in range(count)]


@contextmanager
def counted(engine):
    sent = []

    def note(connection, cursor, statement, *rest):
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK")):
            sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def statements(pages, browser, path):
    assert browser.get(path).status_code == 200, path
    with counted(pages.site.database.engine) as sent:
        browser.get(path)
    return len(sent)


def test_pages_ask_as_much_for_a_thousand_things_as_for_ten(pages):
    """Datasets of a circle, files of a dataset, members, tags, activities."""
    public, ed = pages.browser(), pages.browser("ed")
    asked = [(public, path) for path in PAGES if path != "/user/ed"]
    asked += [(ed, path) for path in [*PAGES, *OWN_PAGES]]
    for number in range(FEW):
        add(pages, f"few-{number}")
    few = [statements(pages, browser, path) for browser, path in asked]
    grow(pages)
    many = [statements(pages, browser, path) for browser, path in asked]
    named = [path for _, path in asked]
    assert dict(zip(named, many, strict=True)) == dict(zip(named, few, strict=True))
    assert {path: count for path, count in zip(named, many, strict=True) if count > MOST} == {}


def grow(pages):
    """Make a hundred more datasets, and a thousand files of one."""
    pages.call("package_patch", id="dd", resources=files(MANY))
    for number in range(100):
        add(pages, f"many-{number}")


def add(pages, name):
    """Make a dataset of ed, in the circle and in the collection."""
    pages.call("package_create", "ed", **dataset(name, "One of many", files(2)))
    member = {"id": "fig-1", "object": name, "object_type": "package"}
    pages.call("member_create", **member, capacity="public")
