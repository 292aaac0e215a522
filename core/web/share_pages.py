"""Sharing a dataset with people, and putting it into collections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, Response, request

from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.site import Site
from cytotheca.core.settings.site import AuthSettings
from cytotheca.core.web.forms import Form, attempt, may_send, named, text_fields, to
from cytotheca.core.web.page_reading import page_reading, require_login, show

Shown = Mapping[str, Any]
NO_SUCH_USER = "There is no user of this name. It is the name that people log in with."


@dataclass(frozen=True, slots=True, kw_only=True)
class SharePage:
    """Variables of ``package/collaborators.html``."""

    pkg: Shown
    collaborators: Sequence[Shown]
    roles: Sequence[tuple[str, str]]
    form: Form = field(default_factory=Form)


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionsPage:
    """Variables of ``package/groups.html``; ``choices`` are collections it could go to."""

    pkg: Shown
    collections: Sequence[Shown]
    choices: Sequence[tuple[str, str]]
    form: Form = field(default_factory=Form)


def share_blueprint(site: Site) -> Blueprint:
    """Serve ``/dataset/collaborators/…`` and ``/dataset/groups/…``."""
    blueprint = Blueprint("share", __name__)
    _add_collaborators(blueprint, site)
    _add_collections(blueprint, site)
    return blueprint


def _add_collaborators(blueprint: Blueprint, site: Site) -> None:
    base = "/dataset/collaborators/<ref>"

    def answer(ref: str, form: Form) -> Response:
        with page_reading(site) as context:
            page = _share_page(context, ref, form)
        return show("package/collaborators.html", page, form.status)

    @blueprint.get(base)
    @blueprint.get(f"{base}/new")
    def collaborators(ref: str) -> Response:
        require_login(site)
        return answer(ref, Form(values=request.args.to_dict()))

    @blueprint.post(base)
    @blueprint.post(f"{base}/new")
    def share(ref: str) -> Response:
        may_send(site)
        given = text_fields("user_id", "capacity")
        wanted = {"id": ref, **given}

        def act(context: Context) -> Any:
            create = "package_collaborator_create"
            return named(NO_SUCH_USER, lambda: context.call(create, wanted), "user_id")

        done, form = attempt(site, act)
        if done is None:
            return answer(ref, Form(values=given, errors=form.errors, status=form.status))
        return to(f"/dataset/collaborators/{ref}")

    @blueprint.post(f"{base}/delete/<user_id>")
    def unshare(ref: str, user_id: str) -> Response:
        may_send(site)
        wanted = {"id": ref, "user_id": user_id}
        _, form = attempt(site, lambda one: one.call("package_collaborator_delete", wanted))
        return answer(ref, form) if form.errors else to(f"/dataset/collaborators/{ref}")


def _add_collections(blueprint: Blueprint, site: Site) -> None:
    def answer(ref: str, form: Form) -> Response:
        with page_reading(site) as context:
            page = _collections_page(context, ref, form)
        return show("package/groups.html", page, form.status)

    @blueprint.get("/dataset/groups/<ref>")
    def collections(ref: str) -> Response:
        require_login(site)
        return answer(ref, Form())

    @blueprint.post("/dataset/groups/<ref>")
    def collect(ref: str) -> Response:
        may_send(site)
        given = text_fields("group", "remove")
        removes = bool(given.get("remove"))
        wanted = {
            "id": given.get("remove") or given.get("group", ""),
            "object": ref,
            "object_type": "package",
            "capacity": "public",
        }
        action = "member_delete" if removes else "member_create"
        _, form = attempt(site, lambda one: one.call(action, wanted))
        if form.errors:
            return answer(ref, Form(values=given, errors=form.errors, status=form.status))
        return to(f"/dataset/groups/{ref}")


def _share_page(context: Context, ref: str, form: Form) -> SharePage:
    dataset = context.call("package_show", {"id": ref, "include_resources": False})
    rows = context.call("package_collaborator_list", {"id": ref})
    # Who may share a dataset may know with whom; elsewhere people can be hidden.
    inside = context.internal()
    people = [{**row, **_named(inside.call("user_show", {"id": row["user_id"]}))} for row in rows]
    roles = [
        ("member", "May see it, also while it is private"),
        ("editor", "May see and change it"),
    ]
    if context.site.settings(AuthSettings).allow_admin_collaborators:
        roles.append(("admin", "May see, change and share it"))
    return SharePage(pkg=dataset, collaborators=people, roles=roles, form=form)


def _named(user: Shown) -> dict[str, Any]:
    return {"name": user["name"], "display_name": user["display_name"]}


def _collections_page(context: Context, ref: str, form: Form) -> CollectionsPage:
    dataset = context.call("package_show", {"id": ref, "include_resources": False})
    present = {one["id"] for one in dataset["groups"]}
    mine = context.call("group_list_authz", {})
    choices = [(one["name"], one["display_name"]) for one in mine if one["id"] not in present]
    allowed = {one["id"] for one in mine}
    shown = [{**one, "removable": one["id"] in allowed} for one in dataset["groups"]]
    return CollectionsPage(pkg=dataset, collections=shown, choices=choices, form=form)
