"""The history of a dataset: its versions, one as it was published, two compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, request

from cytotheca.core.domain.errors import ActionError
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.site import Site
from cytotheca.core.web.formatting import list_authors
from cytotheca.core.web.page_reading import page_reading, show
from cytotheca.core.web.pager import Pager, make_pager, parse_page

PER_PAGE = 20
MOST_RESOURCES = 500

Shown = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionListPage:
    """Variables of ``package/versions.html``; ``people`` maps ids to names that may be seen."""

    pkg: Shown
    versions: Sequence[Shown]
    people: Mapping[str, str]
    pager: Pager


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionPage:
    """Variables of ``package/version_read.html``; ``pkg`` is the dataset as it was published."""

    pkg: Shown
    version: Shown
    resources: Sequence[Shown]
    authors: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionDiffPage:
    """Variables of ``package/version_diff.html``; ``numbers`` are all versions to choose from."""

    pkg: Shown
    diff: Shown
    numbers: Sequence[str]


def version_blueprint(site: Site) -> Blueprint:
    """Serve ``/dataset/versions/<ref>`` and ``/dataset/versions/<ref>/diff``."""
    blueprint = Blueprint("dataset_versions", __name__)

    @blueprint.get("/dataset/versions/<ref>")
    def index(ref: str) -> Response:
        with page_reading(site) as context:
            page = _list_page(context, ref, parse_page(request.args.get("page")))
        return show("package/versions.html", page)

    @blueprint.get("/dataset/versions/<ref>/diff")
    def diff(ref: str) -> Response:
        with page_reading(site) as context:
            page = _diff_page(context, ref)
        return show("package/version_diff.html", page)

    return blueprint


def show_version_page(context: Context, ref: str, version: str) -> Response:
    """Answer with the page of a version; its files are downloaded as they were."""
    shown = context.call("dataset_version_show", {"id": ref, "version": version})
    dataset = shown["dataset"]
    page = VersionPage(
        pkg=dataset,
        version=shown,
        resources=dataset["resources"][:MOST_RESOURCES],
        authors=list_authors(dataset),
    )
    return show("package/version_read.html", page)


def _list_page(context: Context, ref: str, page: int) -> VersionListPage:
    dataset = context.call("package_show", {"id": ref, "include_resources": False})
    asked = {"id": dataset["id"], "page": page, "limit": PER_PAGE}
    found = context.call("dataset_version_list", asked)
    path = f"/dataset/versions/{quote(dataset['name'])}"
    return VersionListPage(
        pkg=dataset,
        versions=found["results"],
        people=_names(context, {one["published_by"] for one in found["results"]}),
        pager=make_pager(found["count"], page, PER_PAGE, lambda number: f"{path}?page={number}"),
    )


def _diff_page(context: Context, ref: str) -> VersionDiffPage:
    dataset = context.call("package_show", {"id": ref, "include_resources": False})
    listed = context.call("dataset_version_list", {"id": dataset["id"], "limit": 100})
    numbers = [one["version"] for one in listed["results"]]
    new = request.args.get("new") or ":latest-published"
    old = request.args.get("old") or (numbers[1] if len(numbers) > 1 else new)
    diff = context.call("dataset_version_diff", {"id": dataset["id"], "old": old, "new": new})
    return VersionDiffPage(pkg=dataset, diff=diff, numbers=numbers)


def _names(context: Context, ids: set[str | None]) -> dict[str, str]:
    """Return id → name of the users that the caller may see."""
    names = {}
    for user_id in sorted(one for one in ids if one):
        try:
            names[user_id] = str(context.call("user_show", {"id": user_id})["name"])
        except ActionError:  # deleted, or people are not shown to the public
            continue
    return names
