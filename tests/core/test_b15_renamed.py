"""B15: old names of datasets, circles and collections lead to the present ones."""

from __future__ import annotations

import pytest
from pages_site import build_site


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    built = build_site(tmp_path_factory.mktemp("b15"))
    yield built
    built.site.close()


@pytest.fixture
def renamed(pages, new_name):
    """Make a dataset and give it another name; return old and new name."""

    def make(**fields):
        old, new = new_name("old"), new_name("new")
        made = pages.call("package_create", "ed", name=old, owner_org="lab-a", **fields)
        pages.call("package_patch", "ed", id=made["id"], name=new)
        return old, new

    return make


def follow(pages, path, user=None):
    answer = pages.browser(user).get(path)
    return answer.status_code, answer.headers.get("Location", "").removeprefix("http://localhost")


def test_pages_of_a_renamed_dataset_redirect(pages, renamed):
    old, new = renamed(resources=[{"name": "a.csv", "url": "https://example.org/a.csv"}])
    rid = pages.call("package_show", id=new)["resources"][0]["id"]
    for rest in ("", "?file=a", f"/resource/{rid}", "/download", ".ttl", "/cite/bibtex"):
        assert follow(pages, f"/dataset/{old}{rest}") == (301, f"/dataset/{new}{rest}")
    assert follow(pages, f"/dataset/{old}/resource/{rid}/download")[0] == 301
    assert follow(pages, f"/dataset/versions/{old}") == (301, f"/dataset/versions/{new}")


def test_every_former_name_leads_to_the_present_one(pages, renamed, new_name):
    old, middle = renamed()
    newest = new_name("newest")
    pages.call("package_patch", "ed", id=middle, name=newest)
    for name in (old, middle):
        assert follow(pages, f"/dataset/{name}") == (301, f"/dataset/{newest}")


def test_a_former_name_of_a_private_dataset_tells_strangers_nothing(pages, renamed):
    old, new = renamed(private=True)
    assert follow(pages, f"/dataset/{old}")[0] == 404
    assert follow(pages, f"/dataset/{old}", "mo") == (301, f"/dataset/{new}")


def test_a_name_belongs_to_whoever_has_it_now(pages, renamed):
    old, _ = renamed()
    pages.call("package_create", "ed", name=old, owner_org="lab-a", title="Heir")
    assert "Heir" in pages.browser().get(f"/dataset/{old}").text


def test_a_purged_dataset_leaves_no_former_name(pages, renamed):
    old, new = renamed(private=True)
    pages.call("dataset_purge", id=new)
    assert follow(pages, f"/dataset/{old}", "ada")[0] == 404
    assert pages.browser("ada").get(f"/dataset/{old}").status_code == 404


@pytest.mark.parametrize(("kind", "action"), [("organization", "organization"), ("group", "group")])
def test_circles_and_collections_redirect(pages, new_name, kind, action):
    old, new = new_name("old"), new_name("new")
    made = pages.call(f"{action}_create", "ada", name=old, title="Renamed")
    pages.call(f"{action}_patch", "ada", id=made["id"], name=new)
    assert follow(pages, f"/{kind}/{old}") == (301, f"/{kind}/{new}")
    pages.call(f"{action}_purge", "ada", id=new)
    assert follow(pages, f"/{kind}/{old}")[0] == 404


def test_the_api_knows_present_names_only(pages, renamed):
    """As CKAN's does; programs keep ids."""
    old, _ = renamed()
    answer = pages.browser().get(f"/api/3/action/package_show?id={old}")
    assert answer.status_code == 404
