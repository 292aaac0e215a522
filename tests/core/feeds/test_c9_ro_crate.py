"""C9: a dataset as a research object crate, read by the reference library of that format."""

from __future__ import annotations

import pytest
from rocrate.rocrate import ROCrate

ADDRESS = "/dataset/{}/ro-crate-metadata.json"


@pytest.fixture(scope="module")
def crate(library, tmp_path_factory):
    answer = library.browser.get(ADDRESS.format("p1"))
    assert answer.status_code == 200
    assert answer.mimetype == "application/ld+json"
    folder = tmp_path_factory.mktemp("crate")
    (folder / "ro-crate-metadata.json").write_bytes(answer.data)
    return ROCrate(folder)


def test_the_crate_says_what_the_dataset_is(library, crate):
    root = crate.root_dataset
    assert root["name"] == library.dataset["title"]
    assert root["datePublished"]
    assert root["url"] == "http://localhost/dataset/p1"
    assert root["license"]["@id"].startswith("https://")
    assert root["publisher"]["@type"] == "Organization"
    assert str(root["version"])


def test_people_and_institutions_are_entities_in_their_order(crate):
    authors = crate.root_dataset["author"]
    assert [one["@type"] for one in authors] == ["Person", "Organization", "Person"]
    assert authors[0]["familyName"] == "García Márquez"
    assert authors[1]["name"] == "Max Planck Institute for the Science of Light"


def test_files_are_entities_at_their_addresses(library, crate):
    files = {one["name"]: one for one in crate.data_entities}
    assert set(files) == {"m0.rtdc", "m1.rtdc"}
    first = files["m0.rtdc"]
    assert first.id.startswith("https://example.org/")
    assert first["contentSize"] == "5"
    assert first["sha256"] == "ab" * 32


def test_only_readers_get_the_crate_of_a_private_dataset(library):
    assert library.browser.get(ADDRESS.format("p2")).status_code == 404
    assert library.editor().get(ADDRESS.format("p2")).status_code == 200


def test_the_page_and_its_links_lead_to_the_crate(library):
    page = library.browser.get("/dataset/p1")
    assert ADDRESS.format("p1") in page.text
    assert ADDRESS.format("p1") in page.headers["Link"]
