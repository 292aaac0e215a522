"""ckan-core 48 and §11: feeds, RDF and sitemap show what is public, and are what they say."""

import pytest
from lxml import etree
from rdflib import DCAT, DCTERMS, RDF, XSD, Graph, Literal, URIRef

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
HYDRA = "http://www.w3.org/ns/hydra/core#"


def read(library, path):
    answer = library.browser.get(path)
    assert answer.status_code == 200, path
    return answer


def feed(library, path):
    answer = read(library, path)
    assert answer.mimetype == "application/atom+xml"
    return etree.fromstring(answer.data)


def titles(document):
    return {one.findtext(f"{ATOM}title") for one in document.iter(f"{ATOM}entry")}


@pytest.fixture(scope="module")
def shelf(library):
    """Enough datasets of a circle of their own for three pages, and a collection."""
    library.call("organization_create", "ada", name="shelf", title="Shelf")
    library.call("group_create", "ada", name="fig-feed", title="Figure")
    for number in range(12):
        library.call(
            "package_create", "ada", name=f"shelf-{number:02}", owner_org="shelf",
            groups=[{"name": "fig-feed"}] if number == 7 else [],
        )  # fmt: skip
    return library


def test_the_feed_of_all_is_atom_and_has_public_datasets_only(library):
    """ckan-core 48."""
    document = feed(library, "/feeds/custom.atom?q=id:" + library.dataset["id"])
    assert document.findtext(f"{ATOM}id").startswith("tag:localhost,")
    [entry] = document.iter(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}id") == f"urn:uuid:{library.dataset['id']}"
    links = {one.get("rel"): one for one in entry.iter(f"{ATOM}link")}
    assert links["alternate"].get("href").endswith("/dataset/p1")
    assert links["enclosure"].get("type") == "application/json"
    assert [one.get("term") for one in entry.iter(f"{ATOM}category")] == ["beads"]
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == "Gabriel García Márquez"
    assert entry.findtext(f"{ATOM}summary") == "Bold words & more"
    for path in ("/feeds/dataset.atom", "/feeds/organization/lab-a.atom"):
        assert b"Hidden" not in read(library, path).data


def test_feeds_page_and_each_dataset_is_on_one_page(shelf):
    """ckan-core §11."""
    path, met = "/feeds/organization/shelf.atom", []
    while path:
        document = feed(shelf, path)
        met += [one.findtext(f"{ATOM}id") for one in document.iter(f"{ATOM}entry")]
        links = {one.get("rel"): one.get("href") for one in document.findall(f"{ATOM}link")}
        assert links["last"].endswith("?page=3")
        path = links.get("next", "").removeprefix("http://localhost")
    assert len(met) == len(set(met)) == 12
    assert "prev" in links


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/feeds/tag/beads.atom", 200),
        ("/feeds/tag/nothing.atom", 404),
        ("/feeds/group/fig-feed.atom", 200),
        ("/feeds/group/nothing.atom", 404),
        ("/feeds/organization/fig-feed.atom", 404),
        ("/feeds/dataset.atom?page=0", 400),
        ("/feeds/dataset.atom?page=x", 400),
        ("/feeds/custom.atom?sort=nothing", 400),
        ("/feeds/custom.atom?tags=%22beads", 200),
    ],
)
def test_addresses_of_feeds_answer_as_they_should(shelf, path, status):
    """ckan-core §11."""
    assert shelf.browser.get(path).status_code == status


def test_the_feed_of_a_collection_has_its_datasets(shelf):
    """ckan-core §11."""
    assert titles(feed(shelf, "/feeds/group/fig-feed.atom")) == {"shelf-07"}


@pytest.mark.parametrize("ending", ["ttl", "xml", "rdf", "jsonld", "n3"])
def test_a_dataset_is_described_in_rdf(library, ending):
    """ckan-core 48, C9."""
    formats = {"ttl": "turtle", "rdf": "xml", "jsonld": "json-ld"}
    for ref in ("p1", library.dataset["id"]):
        text = read(library, f"/dataset/{ref}.{ending}").data
        graph = Graph().parse(data=text, format=formats.get(ending, ending))
    [dataset] = graph.subjects(RDF.type, DCAT.Dataset)
    assert str(graph.value(dataset, DCTERMS.title)) == library.dataset["title"]
    assert str(graph.value(dataset, DCTERMS.identifier)).endswith(library.dataset["id"])
    files = list(graph.objects(dataset, DCAT.distribution))
    assert len(files) == 2
    size = graph.value(files[0], DCAT.byteSize)
    assert size == Literal("5", datatype=XSD.nonNegativeInteger)
    assert str(graph.value(files[0], DCAT.downloadURL)) == "https://example.org/a%20b.rtdc"
    assert library.browser.get(f"/dataset/p2.{ending}").status_code == 404


def test_harvesters_walk_through_the_catalogue(shelf):
    """ckan-core §11: pages by the links of hydra, public datasets only."""
    met, url = set(), "/catalog.ttl?page=1&fq=organization:shelf"
    graph = Graph().parse(data=read(shelf, url).data, format="turtle")
    [catalog] = graph.subjects(RDF.type, DCAT.Catalog)
    met |= set(graph.objects(catalog, DCAT.dataset))
    assert len(met) == 12
    [page] = graph.subjects(RDF.type, URIRef(f"{HYDRA}PagedCollection"))
    assert int(graph.value(page, URIRef(f"{HYDRA}totalItems"))) == 12
    nothing = read(shelf, "/catalog.xml?modified_since=2100-01-01").data
    assert b"dcat#Dataset" not in nothing
    assert b"Hidden" not in read(shelf, "/catalog.ttl").data
    front = shelf.browser.get("/", headers={"Accept": "text/turtle"})
    assert (front.status_code, front.location) == (303, "/catalog.ttl")


def test_the_sitemap_leads_to_every_public_page(shelf):
    """ckan-core 48, L6."""
    assert "Sitemap: http://localhost/sitemap.xml" in read(shelf, "/robots.txt").text
    index = etree.fromstring(read(shelf, "/sitemap.xml").data)
    parts = [one.text.removeprefix("http://localhost") for one in index.iter(f"{MAP}loc")]
    pages = {}
    for part in parts:
        for one in etree.fromstring(read(shelf, part).data):
            pages[one.findtext(f"{MAP}loc")] = one.findtext(f"{MAP}lastmod")
    assert pages["http://localhost/dataset/p1"].startswith("20")
    assert {
        f"http://localhost/{p}" for p in ("organization/lab-a", "group/fig-1", "dataset/shelf-11")
    } <= set(pages)
    assert not {f"http://localhost/dataset/{p}" for p in ("p2", "p3")} & set(pages)
    assert shelf.browser.get("/sitemap/datasets-39999.xml").status_code == 404


@pytest.mark.parametrize(
    "path", ["/feeds/dataset.atom", "/dataset/p1.ttl", "/sitemap.xml", "/oai?verb=Identify"]
)
def test_a_head_is_answered_without_a_body(library, path):
    """ckan-core §11."""
    head = library.browser.head(path)
    assert (head.status_code, head.data) == (200, b"")


def test_an_unchanged_feed_is_not_sent_again(library):
    """L6."""
    etag = read(library, "/feeds/tag/beads.atom").headers["ETag"]
    again = library.browser.get("/feeds/tag/beads.atom", headers={"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")
