"""The pages on which views of a file are added, changed, ordered and removed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from flask import Blueprint, Response, redirect, request
from werkzeug.exceptions import NotFound

from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.site import Site
from cytotheca.core.web.forms import Form, attempt, may_send, text_fields, to
from cytotheca.core.web.page_reading import page_reading, require_login, show
from cytotheca.core.web.resource_tabs import Shown

BASE: Final = "/dataset/<ref>/resource/<rid>"
FIELDS: Final = ("view_type", "title", "description")


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewsPage:
    """Variables of ``package/resource_views.html``; ``view`` is the one that is changed."""

    pkg: Shown
    resource: Shown
    views: Sequence[Shown]
    types: Sequence[tuple[str, str]]
    view: Shown = field(default_factory=dict)
    form: Form = field(default_factory=Form)


def view_forms_blueprint(site: Site) -> Blueprint:
    """Serve ``…/views``, ``…/new_view``, ``…/edit_view/<vid>`` and ``…/view/<vid>``."""
    blueprint = Blueprint("view_forms", __name__)
    _add_pages(blueprint, site)
    _add_changes(blueprint, site)
    return blueprint


def _add_pages(blueprint: Blueprint, site: Site) -> None:
    @blueprint.get(f"{BASE}/views")
    @blueprint.get(f"{BASE}/new_view")
    def views(ref: str, rid: str) -> Response:
        require_login(site)
        return _answer(site, ref, rid, "", Form())

    @blueprint.get(f"{BASE}/edit_view/<vid>")
    def edit(ref: str, rid: str, vid: str) -> Response:
        require_login(site)
        return _answer(site, ref, rid, vid, None)

    @blueprint.get(f"{BASE}/view/<vid>")
    def view(ref: str, rid: str, vid: str) -> Response:
        return redirect(f"/dataset/{ref}/resource/{rid}?view={vid}")  # type: ignore[return-value]


def _add_changes(blueprint: Blueprint, site: Site) -> None:
    @blueprint.post(f"{BASE}/new_view")
    def create(ref: str, rid: str) -> Response:
        may_send(site)
        given = text_fields(*FIELDS)
        wanted = {**given, "resource_id": rid}
        made, form = attempt(site, lambda one: one.call("resource_view_create", wanted))
        if made is None:
            return _answer(site, ref, rid, "", replace(form, values=given))
        return to(f"/dataset/{ref}/resource/{rid}/views")

    @blueprint.post(f"{BASE}/edit_view/<vid>")
    def save(ref: str, rid: str, vid: str) -> Response:
        may_send(site)
        given = text_fields("title", "description")
        saved, form = attempt(site, lambda one: _save(one, vid, given))
        if saved is None:
            return _answer(site, ref, rid, vid, replace(form, values=given))
        return to(f"/dataset/{ref}/resource/{rid}/views")

    @blueprint.post(f"{BASE}/views")
    def change(ref: str, rid: str) -> Response:
        """Remove a view, or move it up."""
        may_send(site)
        up, gone = request.form.get("up", ""), request.form.get("remove", "")
        _, form = attempt(
            site,
            lambda one: (
                one.call("resource_view_delete", {"id": gone}) if gone else _move_up(one, rid, up)
            ),
        )
        if form.errors:
            return _answer(site, ref, rid, "", form)
        return to(f"/dataset/{ref}/resource/{rid}/views")


def _save(context: Context, vid: str, given: dict[str, str]) -> Any:
    """Save title and description; the settings of the view stay."""
    present = context.call("resource_view_show", {"id": vid})
    return context.call("resource_view_update", {**present, **given, "id": vid})


def _move_up(context: Context, rid: str, vid: str) -> Any:
    order = [one["id"] for one in context.call("resource_view_list", {"id": rid})]
    place = order.index(vid) if vid in order else 0
    if place:
        order[place - 1 : place + 1] = [vid, order[place - 1]]
    return context.call("resource_view_reorder", {"id": rid, "order": order})


def _answer(site: Site, ref: str, rid: str, vid: str, form: Form | None) -> Response:
    with page_reading(site) as context:
        context.check("package_patch", {"id": ref})
        dataset = context.call("package_show", {"id": ref, "include_resources": False})
        resource = context.call("resource_show", {"id": rid})
        if resource["package_id"] != dataset["id"]:
            raise NotFound
        views = context.call("resource_view_list", {"id": rid})
        specs = [one for one in site.views.values() if one.applies(resource, dataset)]
    chosen: Shown = next((one for one in views if one["id"] == vid), {})
    if vid and not chosen:
        raise NotFound
    page = ViewsPage(
        pkg=dataset,
        resource=resource,
        views=views,
        types=[(one.name, one.title) for one in specs],
        view=chosen,
        form=form or Form(values=chosen),
    )
    return show("package/resource_views.html", page, page.form.status)
