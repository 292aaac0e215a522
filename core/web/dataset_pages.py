"""The page of a dataset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, redirect, request

from cytotheca.core.actions.citation import cite_shown
from cytotheca.core.citation.formats import FORMATS, OFFERED, negotiated_path
from cytotheca.core.citation.record import Citable
from cytotheca.core.citation.signposting import link_header, list_links
from cytotheca.core.domain.errors import ActionError
from cytotheca.core.domain.references import Reference, list_references
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.site import Site
from cytotheca.core.settings.site import SiteSettings
from cytotheca.core.web.dataset_rights import DatasetRights, rights_on
from cytotheca.core.web.dataset_summary import Summaries, Summary, summarize
from cytotheca.core.web.follow_pages import Follow, follow_of
from cytotheca.core.web.formatting import list_authors
from cytotheca.core.web.page_reading import page_reading, show
from cytotheca.core.web.resource_list import ResourceList, list_resources
from cytotheca.core.web.structured_data import describe_dataset
from cytotheca.core.web.version_pages import show_version_page

Dataset = Mapping[str, Any]
Shown = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetPage:
    """Variables of ``package/read.html``.

    ``pkg`` comes without its resources, of which ``resources`` is a page and
    ``summary`` tells what they are together. ``owner`` is empty where it may not
    be seen, ``structured_data`` where the dataset is not public, and on the
    further pages of its files. ``reviewed``: the caller sees it by a review link.
    ``downloads`` is what ``dataset_downloads`` returns, None where that may not be seen.
    """

    pkg: Dataset
    authors: Sequence[str]
    references: Sequence[Reference]
    resources: ResourceList
    summary: Summary
    record: Citable
    citation_formats: Mapping[str, str]
    owner: str
    structured_data: str
    follow: Follow
    rights: DatasetRights
    reviewed: bool
    downloads: Shown | None


def dataset_blueprint(site: Site) -> Blueprint:
    """Serve the pages of datasets; ids redirect to the page's one address."""
    blueprint = Blueprint("dataset", __name__)
    summaries = Summaries()

    @blueprint.get("/dataset/<ref>")
    def read(ref: str) -> Response:
        with page_reading(site) as context:
            if request.args.get("version"):
                return show_version_page(context, ref, request.args["version"])
            dataset = context.call("package_show", {"id": ref, "include_resources": False})
            other = negotiated_path(request.accept_mimetypes.best_match(OFFERED))
            if other:
                return _to_description(dataset, other)
            if ref != dataset["name"]:
                return _to_page(dataset)
            page = dataset_page(context, dataset, summaries)
        response = show("package/read.html", page)
        base = f"{site.settings(SiteSettings).site_url}/dataset/{dataset['name']}"
        if not dataset.get("anonymized"):
            response.headers["Link"] = link_header(list_links(page.record, base))
        response.vary.add("Accept")
        return response

    @blueprint.get("/<uuid:dataset_id>")
    def short_address(dataset_id: UUID) -> Response:
        with page_reading(site) as context:
            asked = {"id": str(dataset_id), "include_resources": False}
            return _to_page(context.call("package_show", asked))

    return blueprint


def dataset_page(context: Context, dataset: Dataset, summaries: Summaries) -> DatasetPage:
    """Return the variables of a dataset's page."""
    dataset = dict(dataset)
    context.site.hooks.before_dataset_view(context=context, dataset=dataset)
    resources = list_resources(context, request.path, dataset, request.args)
    site = context.site.settings(SiteSettings)
    authors = list_authors(dataset)
    record = cite_shown(context, dataset)
    public = dataset["state"] == "active" and not dataset["private"]
    whole = resources.is_first and not resources.is_long
    return DatasetPage(
        pkg=dataset,
        authors=authors,
        references=list_references(dataset.get("references")),
        resources=resources,
        summary=summarize({"resources": resources.rows})
        if whole
        else summaries.get(context, dataset),
        record=record,
        citation_formats={name: one.title for name, one in FORMATS.items() if one.describes},
        structured_data=describe_dataset(
            record,
            resources=resources.rows,
            page_url=f"{site.site_url}/dataset/{dataset['name']}",
            site_url=site.site_url,
        )
        if public and resources.is_first
        else "",
        owner=_owner_name(context, dataset),
        follow=follow_of(context, "dataset", dataset),
        rights=rights_on(context, dataset),
        downloads=None
        if dataset.get("anonymized")
        else context.call("dataset_downloads", {"id": dataset["id"]}),
        reviewed=context.user is None and dataset["id"] in context.origin.reviews and not public,
    )


def _owner_name(context: Context, dataset: Dataset) -> str:
    if context.user is None or not dataset.get("creator_user_id"):
        return ""
    try:
        user = context.call("user_show", {"id": dataset["creator_user_id"]})
    except ActionError:
        return ""
    return str(user["name"])


def _to_description(dataset: Dataset, path: str) -> Response:
    """Send a program that asks for another media type to its address (303, See Other)."""
    response = redirect(f"/dataset/{dataset['name']}{path}", code=303)
    response.vary.add("Accept")
    return response  # type: ignore[return-value]


def _to_page(dataset: Dataset) -> Response:
    query = f"?{request.query_string.decode('ascii', 'ignore')}" if request.query_string else ""
    return redirect(f"/dataset/{dataset['name']}{query}", code=302)  # type: ignore[return-value]
