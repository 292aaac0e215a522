"""Pages of the activity of an object, and the dashboard's news."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, g, make_response, redirect, render_template, request

from cytotheca.core.plugins.toolkit import (
    Context,
    Site,
    current_identity,
    page_reading,
    page_writing,
    require_login,
)

PER_PAGE = 20
MOST_PAGES = 1000
KINDS = {
    "dataset": ("package_show", "package_activity_list"),
    "organization": ("organization_show", "organization_activity_list"),
    "group": ("group_show", "group_activity_list"),
    "user": ("user_show", "user_activity_list"),
}
"""First part of the address → the actions that show the object and list its activity."""

Shown = Mapping[str, Any]
View = Callable[..., Response]


def activity_blueprint(site: Site) -> Blueprint:
    """Serve ``/<kind>/activity/<ref>``, and the news below ``/dashboard/``."""
    blueprint = Blueprint("activity", __name__)
    for kind in KINDS:
        rule = f"/{kind}/activity/<ref>"
        blueprint.add_url_rule(rule, f"of_{kind}", _object_view(site, kind))

    @blueprint.get("/dashboard/", strict_slashes=False)
    def dashboard() -> Response:
        require_login(site)
        with page_reading(site) as context:
            found, links = _page(context, "dashboard_activity_list", {}, "/dashboard/")
        page = {"activities": found, "links": links}
        return make_response(render_template("activity/dashboard.html", **page))

    @blueprint.post("/dashboard/mark-old")
    def mark_old() -> Response:
        require_login(site)
        with page_writing(site) as context:
            context.call("dashboard_mark_activities_old")
        return redirect("/dashboard/", code=303)  # type: ignore[return-value]

    return blueprint


def count_news(site: Site) -> int:
    """Return how much is new for the caller; asked once a request."""
    if current_identity(site).user_id is None:
        return 0
    if "activity_news" not in g:
        with page_reading(site) as context:
            g.activity_news = context.call("dashboard_new_activities_count")
    return int(g.activity_news)


def _object_view(site: Site, kind: str) -> View:
    show_action, list_action = KINDS[kind]

    def view(ref: str) -> Response:
        with page_reading(site) as context:
            shown = context.call(show_action, {"id": ref})
            path = f"/{kind}/activity/{quote(shown['name'])}"
            found, links = _page(context, list_action, {"id": shown["id"]}, path)
        title = shown.get("title") or shown.get("display_name") or shown["name"]
        page = {
            "title": title,
            "address": f"/{kind}/{quote(shown['name'])}",
            "activities": found,
            "links": links,
        }
        return make_response(render_template("activity/object.html", **page))

    return view


def _page(
    context: Context, action: str, params: Shown, path: str
) -> tuple[Sequence[Shown], Mapping[str, str]]:
    """Return one page of a list, and the links to the newer and older ones."""
    text = request.args.get("page", "1")
    number = min(max(int(text), 1), MOST_PAGES) if text.isascii() and text.isdigit() else 1
    asked = {**params, "limit": PER_PAGE + 1, "offset": (number - 1) * PER_PAGE}
    found = context.call(action, asked)
    links = {
        "newer": f"{path}?page={number - 1}" if number > 1 else "",
        "older": f"{path}?page={number + 1}" if len(found) > PER_PAGE else "",
    }
    return found[:PER_PAGE], links
