"""Datasets as DCAT-AP describes them, in RDF."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote, urlsplit

from rdflib import DCAT, DCTERMS, FOAF, RDF, XSD, BNode, Graph, Literal, Namespace, URIRef
from rdflib.graph import _ObjectType

from cytotheca.core.citation.names import Creator
from cytotheca.core.citation.record import Citable

ADMS: Final = Namespace("http://www.w3.org/ns/adms#")
SPDX: Final = Namespace("http://spdx.org/rdf/terms#")
HYDRA: Final = Namespace("http://www.w3.org/ns/hydra/core#")
VCARD: Final = Namespace("http://www.w3.org/2006/vcard/ns#")
_VERSION: Final = URIRef(f"{DCAT}version")  # of DCAT 3, which rdflib does not know
_SAFE: Final = "/:?#[]@!$&'()*+,;=%~"

Resource = Mapping[str, Any]


def new_graph() -> Graph:
    """Return an empty graph with the prefixes that readers know."""
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in (
        *(("rdf", RDF), ("dcat", DCAT), ("dcterms", DCTERMS), ("foaf", FOAF), ("xsd", XSD)),
        *(("adms", ADMS), ("spdx", SPDX), ("hydra", HYDRA), ("vcard", VCARD)),
    ):
        graph.bind(prefix, namespace)
    return graph


def add_catalog(graph: Graph, site_url: str, title: str, description: str) -> URIRef:
    """Add the catalogue of the site."""
    catalog = URIRef(f"{site_url}/")
    graph.add((catalog, RDF.type, DCAT.Catalog))
    graph.add((catalog, DCTERMS.title, Literal(title)))
    graph.add((catalog, DCTERMS.description, Literal(description or title)))
    graph.add((catalog, FOAF.homepage, catalog))
    publisher = URIRef(f"{site_url}/#publisher")
    graph.add((catalog, DCTERMS.publisher, publisher))
    graph.add((publisher, RDF.type, FOAF.Agent))
    graph.add((publisher, FOAF.name, Literal(title)))
    return catalog


def add_pages(graph: Graph, page_url: str, pages: Mapping[str, str], count: int) -> None:
    """Add the links between the pages of the catalogue, as harvesters follow them."""
    page = URIRef(page_url)
    graph.add((page, RDF.type, HYDRA.PagedCollection))
    graph.add((page, HYDRA.totalItems, Literal(count)))
    for name, url in pages.items():
        graph.add((page, HYDRA[name], Literal(url)))


def add_dataset(
    graph: Graph, record: Citable, site_url: str, resources: Sequence[Resource]
) -> URIRef:
    """Add a dataset with its distributions."""
    dataset = URIRef(f"{site_url}/dataset/{record.id}")
    graph.add((dataset, RDF.type, DCAT.Dataset))
    for predicate, text in (
        (DCTERMS.title, record.title),
        (DCTERMS.description, record.description),
        (DCTERMS.identifier, record.identifier),
        (_VERSION, record.version),
    ):
        _add(graph, dataset, predicate, Literal(text) if text else None)
    for predicate, time in (
        (DCTERMS.issued, record.published),
        (DCTERMS.modified, record.modified),
    ):
        _add(graph, dataset, predicate, Literal(time, datatype=XSD.dateTime) if time else None)
    for word in record.keywords:
        graph.add((dataset, DCAT.keyword, Literal(word)))
    graph.add((dataset, DCAT.landingPage, URIRef(f"{site_url}/dataset/{record.name}")))
    license_ = _uri(record.license_url)
    _add(graph, dataset, DCTERMS.license, license_)
    _add_people(graph, dataset, record)
    if record.doi:
        identifier = BNode()
        graph.add((dataset, ADMS.identifier, identifier))
        graph.add((identifier, RDF.type, ADMS.Identifier))
        notation = Literal(record.identifier, datatype=XSD.anyURI)
        graph.add((identifier, URIRef("http://www.w3.org/2004/02/skos/core#notation"), notation))
    for resource in resources:
        _add_distribution(graph, dataset, site_url, resource, license_)
    return dataset


def _add_people(graph: Graph, dataset: URIRef, record: Citable) -> None:
    publisher = BNode()
    graph.add((dataset, DCTERMS.publisher, publisher))
    graph.add((publisher, RDF.type, FOAF.Organization))
    graph.add((publisher, FOAF.name, Literal(record.circle or record.publisher)))
    for creator in record.creators:
        graph.add((dataset, DCTERMS.creator, _agent(graph, creator)))


def _agent(graph: Graph, creator: Creator) -> _ObjectType:
    agent = _uri(creator.identifier) or BNode()
    graph.add((agent, RDF.type, FOAF.Person if creator.is_person else FOAF.Organization))
    graph.add((agent, FOAF.name, Literal(creator.name)))
    return agent


def _add_distribution(
    graph: Graph, dataset: URIRef, site_url: str, resource: Resource, license_: URIRef | None
) -> None:
    page = f"{site_url}/dataset/{resource['package_id']}/resource/{resource['id']}"
    distribution = URIRef(page)
    graph.add((dataset, DCAT.distribution, distribution))
    graph.add((distribution, RDF.type, DCAT.Distribution))
    graph.add((distribution, DCTERMS.title, Literal(str(resource.get("name") or resource["id"]))))
    graph.add((distribution, DCAT.accessURL, distribution))
    _add(graph, distribution, DCAT.downloadURL, _uri(str(resource.get("url") or "")))
    _add(graph, distribution, DCTERMS.license, license_)
    media_type = str(resource.get("mimetype") or "")
    if "/" in media_type:
        iana = f"https://www.iana.org/assignments/media-types/{quote(media_type)}"
        graph.add((distribution, DCAT.mediaType, URIRef(iana)))
    elif resource.get("format"):
        graph.add((distribution, DCTERMS["format"], Literal(str(resource["format"]))))
    if isinstance(resource.get("size"), int):
        size = Literal(resource["size"], datatype=XSD.nonNegativeInteger)
        graph.add((distribution, DCAT.byteSize, size))
    if resource.get("sha256"):
        _add_checksum(graph, distribution, str(resource["sha256"]))


def _add_checksum(graph: Graph, distribution: URIRef, digest: str) -> None:
    checksum = BNode()
    graph.add((distribution, SPDX.checksum, checksum))
    graph.add((checksum, RDF.type, SPDX.Checksum))
    graph.add((checksum, SPDX.algorithm, SPDX.checksumAlgorithm_sha256))
    graph.add((checksum, SPDX.checksumValue, Literal(digest, datatype=XSD.hexBinary)))


def _add(graph: Graph, subject: URIRef, predicate: URIRef, value: _ObjectType | None) -> None:
    if value is not None:
        graph.add((subject, predicate, value))


def _uri(text: str) -> URIRef | None:
    """Return a web address that RDF can hold, or None for any other text."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        return None
    return URIRef(quote(text, safe=_SAFE))
