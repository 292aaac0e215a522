"""Datasets and the catalogue in RDF, at the addresses that harvesters of ckanext-dcat know."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, request
from rdflib import DCAT, Graph

from cytotheca.core.actions.citation import citable_dataset, citable_datasets, first_resources
from cytotheca.core.citation.formats import RDF_TYPES
from cytotheca.core.feeds.answers import answer, asked_page, public_reading
from cytotheca.core.feeds.dcat import add_catalog, add_dataset, add_pages, new_graph
from cytotheca.core.feeds.files import all_resources
from cytotheca.core.http.callers import caller_reading
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.site import Site
from cytotheca.core.settings.site import SiteSettings

PER_PAGE: Final = 100
MOST_DISTRIBUTIONS: Final = 10_000
MOST_IN_CATALOG: Final = 20
_SERIALIZERS: Final = {
    "ttl": "turtle",
    "xml": "xml",
    "rdf": "xml",
    "jsonld": "json-ld",
    "n3": "n3",
}
_ENDINGS: Final = f"<any({','.join(RDF_TYPES)}):ending>"


def rdf_blueprint(site: Site) -> Blueprint:
    """Serve ``/dataset/<id>.<ending>`` and ``/catalog.<ending>``."""
    blueprint = Blueprint("rdf", __name__)

    @blueprint.get(f"/dataset/<ref>.{_ENDINGS}")
    def dataset(ref: str, ending: str) -> Response:
        graph = new_graph()
        with caller_reading(site) as context:
            record = citable_dataset(context, ref)
            resources = all_resources(context, record.id, most=MOST_DISTRIBUTIONS)
            add_dataset(graph, record, site.settings(SiteSettings).site_url, resources)
        return _answer(graph, ending)

    @blueprint.get(f"/catalog.{_ENDINGS}")
    def catalog(ending: str) -> Response:
        with public_reading(site) as context:
            graph = _catalog(context, ending)
        return _answer(graph, ending)

    return blueprint


def _answer(graph: Graph, ending: str) -> Response:
    text = graph.serialize(format=_SERIALIZERS[ending], encoding="utf-8")
    return answer(text, RDF_TYPES[ending])


def _catalog(context: Context, ending: str) -> Graph:
    """Return a page of the catalogue; of long datasets it names only the first files."""
    settings = context.site.settings(SiteSettings)
    page = asked_page()
    found = context.call("package_search", _search(page))
    ids = [one["id"] for one in found["results"]]
    records = citable_datasets(context, ids)
    resources = first_resources(context, records, most=MOST_IN_CATALOG)
    graph = new_graph()
    catalog = add_catalog(graph, settings.site_url, settings.site_title, settings.site_description)
    for dataset_id in ids:
        if dataset_id in records:
            files = resources.get(dataset_id, ())
            added = add_dataset(graph, records[dataset_id], settings.site_url, files)
            graph.add((catalog, DCAT.dataset, added))
    last = max(1, math.ceil(found["count"] / PER_PAGE))
    url = f"{settings.site_url}/catalog.{ending}"
    add_pages(graph, _page_url(url, page), _pages(url, page, last), found["count"])
    return graph


def _search(page: int) -> Mapping[str, Any]:
    filters = [f"metadata_modified:[{_time(since)} TO *]"] if (since := _since()) else []
    if request.args.get("fq"):
        filters.append(request.args["fq"])
    return {
        "q": request.args.get("q", ""),
        "fq_list": filters,
        "sort": "metadata_modified desc, id asc",
        "rows": PER_PAGE,
        "start": (page - 1) * PER_PAGE,
        "facet": False,
        "fl": ["id"],
    }


def _since() -> str:
    return request.args.get("modified_since", "").strip()


def _time(text: str) -> str:
    """Return a day or time as the index compares it."""
    day = "T" not in text
    return f"{text}T00:00:00Z" if day else text if text.endswith("Z") else f"{text}Z"


def _pages(url: str, page: int, last: int) -> Mapping[str, str]:
    pages = {"firstPage": _page_url(url, 1), "lastPage": _page_url(url, last)}
    if page > 1:
        pages["previousPage"] = _page_url(url, min(page - 1, last))
    if page < last:
        pages["nextPage"] = _page_url(url, page + 1)
    return pages


def _page_url(url: str, page: int) -> str:
    pairs = [(key, value) for key, value in request.args.items(multi=True) if key != "page"]
    return f"{url}?{urlencode([*pairs, ('page', str(page))], quote_via=quote)}"
