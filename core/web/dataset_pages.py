"""The page of a dataset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, redirect, request

from cytotheca.core.domain.errors import ActionError
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.site import Site
from cytotheca.core.settings.site import SiteSettings
from cytotheca.core.web.formatting import list_authors
from cytotheca.core.web.page_reading import page_reading, show
from cytotheca.core.web.references import Reference, list_references
from cytotheca.core.web.resource_list import ResourceList, list_resources
from cytotheca.core.web.structured_data import describe_dataset

Dataset = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetPage:
    """Variables of ``package/read.html``.

    ``owner`` is empty where it may not be seen, ``structured_data`` where the
    dataset is not public.
    """

    pkg: Dataset
    authors: Sequence[str]
    references: Sequence[Reference]
    resources: ResourceList
    citable_url: str
    owner: str
    structured_data: str


def dataset_blueprint(site: Site) -> Blueprint:
    """Serve the pages of datasets; ids redirect to the page's one address."""
    blueprint = Blueprint("dataset", __name__)

    @blueprint.get("/dataset/<ref>")
    def read(ref: str) -> Response:
        with page_reading(site) as context:
            dataset = context.call("package_show", {"id": ref})
            if ref != dataset["name"]:
                return _to_page(dataset)
            page = dataset_page(context, dataset)
        return show("package/read.html", page)

    @blueprint.get("/<uuid:dataset_id>")
    def short_address(dataset_id: UUID) -> Response:
        with page_reading(site) as context:
            return _to_page(context.call("package_show", {"id": str(dataset_id)}))

    return blueprint


def dataset_page(context: Context, dataset: Dataset) -> DatasetPage:
    """Return the variables of a dataset's page."""
    site = context.site.settings(SiteSettings)
    authors = list_authors(dataset)
    citable_url = f"{site.site_url}/{dataset['id']}"
    public = dataset["state"] == "active" and not dataset["private"]
    return DatasetPage(
        pkg=dataset,
        authors=authors,
        references=list_references(dataset.get("references")),
        resources=list_resources(request.path, dataset["resources"], request.args),
        citable_url=citable_url,
        structured_data=describe_dataset(
            dataset,
            authors=authors,
            url=citable_url,
            site_title=site.site_title,
            site_url=site.site_url,
        )
        if public
        else "",
        owner=_owner_name(context, dataset),
    )


def _owner_name(context: Context, dataset: Dataset) -> str:
    if context.user is None or not dataset.get("creator_user_id"):
        return ""
    try:
        user = context.call("user_show", {"id": dataset["creator_user_id"]})
    except ActionError:
        return ""
    return str(user["name"])


def _to_page(dataset: Dataset) -> Response:
    query = f"?{request.query_string.decode('ascii', 'ignore')}" if request.query_string else ""
    return redirect(f"/dataset/{dataset['name']}{query}", code=302)  # type: ignore[return-value]
