"""C4, C5: what programs find in a page and its header."""

import json
import re

import pytest
from signposting import find_signposting_http

EVIL = "</script><script>alert(1)</script>"


@pytest.fixture(scope="module")
def evil(library):
    files = [{"name": f"f{n}.rtdc", "url": f"https://example.org/{n}"} for n in range(300)]
    library.call(
        "package_create", "ed", name="evil", title=EVIL, owner_org="lab-a", license_id="cc-by",
        author="Ada Lovelace (0000-0002-1825-0097), Otto", resources=files,
        extras=[{"key": "doi", "value": "10.5072/evil"}],
    )  # fmt: skip
    return library.browser.get("/dataset/evil")


def structured(page):
    [text] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page.text, re.DOTALL)
    return json.loads(text)


def test_structured_data_name_doi_people_licence_and_files(library, evil):
    """C4."""
    found = structured(evil)
    assert found["@id"] == found["identifier"] == "https://doi.org/10.5072/evil"
    assert found["creator"][0]["@id"] == "https://orcid.org/0000-0002-1825-0097"
    assert found["creator"][0]["@type"] == "Person"
    assert found["license"].startswith("https://")
    assert found["name"] == EVIL
    assert len(found["distribution"]) <= 50
    one = structured(library.browser.get("/dataset/p1"))["distribution"][0]
    assert {"contentUrl", "contentSize", "encodingFormat", "sha256"} <= set(one)
    assert structured(library.browser.get("/dataset/p1"))["creator"][1]["@type"] == "Organization"


def test_typed_links_lead_to_everything_and_files_are_in_the_linkset_only(library, evil):
    """C5: with many files the header stays short."""
    header = evil.headers["Link"]
    assert len(header) <= 8000
    rels = set(re.findall(r'rel="([^"]+)"', header))
    assert rels == {"cite-as", "author", "license", "type", "describedby", "linkset"}
    [page, *files] = library.browser.get("/dataset/evil/linkset").json["linkset"]
    assert page["anchor"] == "http://localhost/dataset/evil"
    assert len(page["item"]) == len(files) == 300
    assert files[0]["collection"][0]["href"] == page["anchor"]
    for one in page["describedby"]:
        found = library.browser.get(one["href"].removeprefix("http://localhost"))
        assert (found.status_code, found.mimetype) == (200, one["type"])


def test_a_signposting_client_reads_the_header(library, address):
    """C5, C6."""
    found = find_signposting_http(f"{address}/dataset/p1")
    assert str(found.citeAs.target).endswith(library.dataset["id"])
    assert any(str(one.type) == "text/turtle" for one in found.describedBy)


def test_hidden_datasets_have_no_links(library):
    """C5, S1."""
    for ref in ("p2", "p3"):
        assert library.browser.get(f"/dataset/{ref}/linkset").status_code == 404
        assert "Link" not in library.browser.get(f"/dataset/{ref}").headers
