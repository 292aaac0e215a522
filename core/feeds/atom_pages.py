"""The addresses of the Atom feeds."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, abort, request

from cytotheca.core.domain.errors import NotAuthorized
from cytotheca.core.feeds.answers import answer, asked_page
from cytotheca.core.feeds.atom import FIELDS, MEDIA_TYPE, Feed, write_feed
from cytotheca.core.http.callers import caller_reading
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.site import Site
from cytotheca.core.settings.feeds import FeedSettings
from cytotheca.core.settings.site import SiteSettings

_FIELD: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,79}")
_NO_FILTER: Final = frozenset({"q", "sort", "page"})


def atom_blueprint(site: Site) -> Blueprint:
    """Serve ``/feeds/….atom``."""
    blueprint = Blueprint("feeds", __name__)

    @blueprint.get("/feeds/dataset.atom")
    def datasets() -> Response:
        with caller_reading(site) as context:
            return _feed(context, "", "/dataset/", {})

    @blueprint.get("/feeds/custom.atom")
    def custom() -> Response:
        search = {"q": request.args.get("q", ""), "fq_list": _filters()}
        if request.args.get("sort"):
            search["sort"] = request.args["sort"]
        with caller_reading(site) as context:
            return _feed(context, "a search", "/dataset/", search)

    @blueprint.get("/feeds/tag/<ref>.atom")
    def tag(ref: str) -> Response:
        path = f"/dataset/?tags={quote(ref)}"
        with caller_reading(site) as context:
            search = {"fq_list": [_is("tags", ref)]}
            return _feed(context, ref, path, search, must_exist=True)

    @blueprint.get("/feeds/group/<ref>.atom")
    def group(ref: str) -> Response:
        with caller_reading(site) as context:
            shown = _show(context, "group_show", ref)
            search = {"fq_list": [_is("groups", shown["name"])]}
            path = f"/group/{shown['name']}"
            return _feed(context, shown["display_name"], path, search)

    @blueprint.get("/feeds/organization/<ref>.atom")
    def organization(ref: str) -> Response:
        with caller_reading(site) as context:
            shown = _show(context, "organization_show", ref)
            search = {"fq_list": [_is("organization", shown["name"])]}
            path = f"/organization/{shown['name']}"
            return _feed(context, shown["display_name"], path, search)

    return blueprint


def _feed(
    context: Context, about: str, path: str, search: Mapping[str, Any], *, must_exist: bool = False
) -> Response:
    """Return the page of a feed that the address asks for; only public datasets are in it."""
    page = asked_page()
    rows = context.site.settings(FeedSettings).feed_rows
    asked = {
        "sort": "metadata_modified desc, id asc",
        **search,
        "rows": rows,
        "start": (page - 1) * rows,
        "facet": False,
        "fl": list(FIELDS),
    }
    found = context.call("package_search", asked)
    if must_exist and not found["count"]:
        abort(404)
    settings = context.site.settings(SiteSettings)
    site_url = settings.site_url
    last = max(1, math.ceil(found["count"] / rows))
    feed = Feed(
        title=f"{settings.site_title}: {about}" if about else settings.site_title,
        subject=_url("", 1),
        page_url=site_url + path,
        links={rel: _url(site_url, number) for rel, number in _pages(page, last).items()},
    )
    return answer(write_feed(feed, found["results"], site_url), MEDIA_TYPE)


def _pages(page: int, last: int) -> Mapping[str, int]:
    pages = {"self": page, "first": 1, "last": last}
    if page > 1:
        pages["prev"] = min(page - 1, last)
    if page < last:
        pages["next"] = page + 1
    return pages


def _url(site_url: str, page: int) -> str:
    pairs = [(key, value) for key, value in request.args.items(multi=True) if key != "page"]
    if page > 1:
        pairs.append(("page", str(page)))
    query = f"?{urlencode(pairs, quote_via=quote)}" if pairs else ""
    return f"{site_url}{quote(request.path)}{query}"


def _filters() -> list[str]:
    """Return the filters of the address: a field of the index and its value."""
    return [
        _is(key, value)
        for key, value in request.args.items(multi=True)
        if key not in _NO_FILTER and _FIELD.fullmatch(key) and value
    ]


def _is(field: str, value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'{field}:"{escaped}"'


def _show(context: Context, action: str, ref: str) -> Mapping[str, Any]:
    try:
        shown: Mapping[str, Any] = context.call(
            action, {"id": ref, "include_users": False, "include_dataset_count": False}
        )
    except NotAuthorized:
        abort(403)
    return shown
