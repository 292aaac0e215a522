"""Circles (organizations) and collections (groups): lists and pages; one body for both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from flask import Blueprint, Response, redirect, request

from cytotheca.core.runtime.site import Site
from cytotheca.core.settings.site import SearchSettings
from cytotheca.core.web.dataset_search import Found, find_datasets
from cytotheca.core.web.follow_pages import Follow, follow_of
from cytotheca.core.web.group_kinds import CIRCLES, COLLECTIONS, GroupKind, Rights, Shown
from cytotheca.core.web.page_reading import page_reading, show
from cytotheca.core.web.pager import Pager, make_pager, parse_page
from cytotheca.core.web.search_state import read_state

__all__ = ["CIRCLES", "COLLECTIONS", "GroupKind", "group_blueprint"]

PER_PAGE = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupListPage:
    """Variables of ``organization/index.html`` and ``group/index.html``."""

    groups: Sequence[Shown]
    words: str
    pager: Pager
    may_found: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPage:
    """Variables of ``organization/read.html`` and ``group/read.html``."""

    group_dict: Shown
    found: Found
    follow: Follow
    rights: Rights


def group_blueprint(site: Site, kind: GroupKind) -> Blueprint:
    """Serve the list and the pages of circles, or of collections."""
    blueprint = Blueprint(kind.path, __name__)

    @blueprint.get(f"/{kind.path}/", strict_slashes=False)
    def index() -> Response:
        return show(f"{kind.folder}/index.html", _list_page(site, kind))

    @blueprint.get(f"/{kind.path}/<ref>")
    def read(ref: str) -> Response:
        with page_reading(site) as context:
            group = context.call(kind.show_action, {"id": ref, "include_users": False})
            path = f"/{kind.path}/{group['name']}"
            if ref != group["name"]:
                return redirect(path, code=302)  # type: ignore[return-value]
            state = read_state(path, request.args)
            found = find_datasets(
                context,
                state,
                within=kind.condition(group),
                adapt=lambda facets: kind.adapt_facets(site, facets, group),
            )
            rights = kind.rights(context, group)
            follow = follow_of(context, kind.path, group)
        page = GroupPage(group_dict=group, found=found, rights=rights, follow=follow)
        return show(f"{kind.folder}/read.html", page, found.status)

    @blueprint.get(f"/{kind.path}/about/<ref>")
    def about(ref: str) -> Response:
        return redirect(f"/{kind.path}/{ref}", code=302)  # type: ignore[return-value]

    return blueprint


def _list_page(site: Site, kind: GroupKind) -> GroupListPage:
    words = request.args.get("q", "").strip()[:200]
    page = parse_page(request.args.get("page"))
    rows = min(PER_PAGE, site.settings(SearchSettings).list_all_fields_max)
    part = {"limit": rows, "offset": (page - 1) * rows}
    with page_reading(site) as context:
        groups = context.call(kind.list_action, {"all_fields": True, "q": words, **part})
        total = context.work.totals.get(kind.list_action, part["offset"] + len(groups))
        may_found = kind.may_found(context)
    query = f"q={quote(words)}&" if words else ""
    pager = make_pager(total, page, rows, lambda n: f"/{kind.path}/?{query}page={n}")
    return GroupListPage(groups=groups, words=words, pager=pager, may_found=may_found)
