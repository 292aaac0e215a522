"""The search for datasets."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, redirect, request

from cytotheca.core.runtime.site import Site
from cytotheca.core.web.dataset_rights import creation_refusal
from cytotheca.core.web.dataset_search import Found, find_datasets
from cytotheca.core.web.page_reading import page_reading, show
from cytotheca.core.web.search_state import read_state


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """Variables of ``package/search.html``; ``may_create`` by the pages of the site."""

    found: Found
    may_create: bool


def search_blueprint(site: Site) -> Blueprint:
    """Serve the search page, and old addresses of datasets."""
    blueprint = Blueprint("dataset_search", __name__)

    @blueprint.get("/dataset/", strict_slashes=False)
    def search() -> Response:
        state = read_state("/dataset/", request.args)
        with page_reading(site) as context:
            found = find_datasets(context, state)
            may_create = context.user is not None and not creation_refusal(context)
        page = SearchPage(found=found, may_create=may_create)
        return show("package/search.html", page, found.status)

    @blueprint.get("/package/", defaults={"rest": ""})
    @blueprint.get("/package/<path:rest>")
    def old_address(rest: str) -> Response:
        return redirect(f"/dataset/{rest}", code=301)  # type: ignore[return-value]

    return blueprint
