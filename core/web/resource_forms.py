"""Adding, changing, ordering and deleting files; publishing a draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound

from cytotheca.core.domain.errors import ValidationError
from cytotheca.core.http.uploads import uploaded_files
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.site import Site
from cytotheca.core.settings.site import StorageSettings
from cytotheca.core.web.confirm_page import ConfirmPage, ask
from cytotheca.core.web.forms import (
    Form,
    attempt,
    may_send,
    refuse_conflict,
    stamp_of,
    text_fields,
    to,
)
from cytotheca.core.web.page_reading import page_reading, require_login, show

FIELDS: Final = ("name", "url", "description", "format")
MOST: Final = 1000
NOTHING_SENT: Final = "Choose a file, or give the address of one elsewhere."

Shown = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesPage:
    """Variables of ``package/resources.html``."""

    pkg: Shown
    resources: Sequence[Shown]
    total: int
    form: Form = field(default_factory=Form)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceFormPage:
    """Variables of ``package/resource_edit.html``; ``resource`` is empty for a new one."""

    pkg: Shown
    resource: Shown
    max_mb: int
    form: Form


def resource_forms_blueprint(site: Site) -> Blueprint:
    """Serve the pages on which the files of a dataset are changed."""
    blueprint = Blueprint("resource_forms", __name__)
    _add_files(blueprint, site)
    _add_new(blueprint, site)
    _add_edit(blueprint, site)
    _add_delete(blueprint, site)
    return blueprint


def _dataset(context: Context, ref: str) -> Any:
    context.check("package_patch", {"id": ref})
    return context.call("package_show", {"id": ref, "include_resources": False})


def _resource(context: Context, dataset: Shown, rid: str) -> Any:
    resource = context.call("resource_show", {"id": rid})
    if resource["package_id"] != dataset["id"]:
        raise NotFound
    return resource


def _add_files(blueprint: Blueprint, site: Site) -> None:
    def answer(ref: str, form: Form) -> Response:
        with page_reading(site) as context:
            dataset = _dataset(context, ref)
            found = context.call("package_resource_list", {"id": ref, "limit": MOST})
        page = FilesPage(
            pkg=dataset, resources=found["results"], total=dataset["num_resources"], form=form
        )
        return show("package/resources.html", page, form.status)

    @blueprint.get("/dataset/resources/<ref>")
    def files(ref: str) -> Response:
        require_login(site)
        return answer(ref, Form())

    @blueprint.post("/dataset/resources/<ref>")
    def change(ref: str) -> Response:
        """Publish, or move one file up."""
        may_send(site)
        up = request.form.get("up", "")
        _, form = attempt(site, lambda one: _move_up(one, ref, up) if up else _publish(one, ref))
        if form.errors:
            return answer(ref, form)
        return to(f"/dataset/resources/{ref}" if up else f"/dataset/{ref}")


def _publish(context: Context, ref: str) -> Any:
    dataset = context.call("package_show", {"id": ref, "include_resources": False})
    revision = {"match": {"id": dataset["id"]}, "update": {"state": "active"}}
    return context.call("package_revise", revision)


def _move_up(context: Context, ref: str, rid: str) -> Any:
    dataset = context.call("package_show", {"id": ref})
    order = [one["id"] for one in dataset["resources"]]
    place = order.index(rid) if rid in order else 0
    if place:
        order[place - 1 : place + 1] = [rid, order[place - 1]]
    return context.call("package_resource_reorder", {"id": dataset["id"], "order": order})


def _add_new(blueprint: Blueprint, site: Site) -> None:
    def answer(ref: str, form: Form) -> Response:
        with page_reading(site) as context:
            dataset = _dataset(context, ref)
        return _form(site, dataset, {}, form)

    @blueprint.get("/dataset/<ref>/resource/new")
    def new(ref: str) -> Response:
        require_login(site)
        return answer(ref, Form())

    @blueprint.post("/dataset/<ref>/resource/new")
    def create(ref: str) -> Response:
        may_send(site)
        given = text_fields(*FIELDS)
        wanted = _wanted(given, {"package_id": ref})

        def act(context: Context) -> Any:
            if "upload" not in wanted and not given.get("url", "").strip():
                raise ValidationError({"upload": [NOTHING_SENT]})
            return context.call("resource_create", wanted)

        made, form = attempt(site, act)
        if made is None:
            return answer(ref, replace(form, values=given))
        again = request.form.get("then") == "again"
        return to(f"/dataset/{ref}/resource/new" if again else f"/dataset/resources/{ref}")


def _add_edit(blueprint: Blueprint, site: Site) -> None:
    def answer(ref: str, rid: str, form: Form | None) -> Response:
        with page_reading(site) as context:
            dataset = _dataset(context, ref)
            resource = _resource(context, dataset, rid)
        stamp = stamp_of(resource, FIELDS)
        if form is None:
            return _form(site, dataset, resource, Form(values=resource, stamp=stamp))
        theirs = {}
        if form.status == 409:  # noqa: PLR2004
            sent = form.values.items()
            stored = {key: str(resource.get(key) or "") for key, _ in sent}
            theirs = {key: stored[key] for key, value in sent if stored[key] != value}
        return _form(site, dataset, resource, replace(form, stamp=stamp, theirs=theirs))

    @blueprint.get("/dataset/<ref>/resource/<rid>/edit")
    def edit(ref: str, rid: str) -> Response:
        require_login(site)
        return answer(ref, rid, None)

    @blueprint.post("/dataset/<ref>/resource/<rid>/edit")
    def save(ref: str, rid: str) -> Response:
        may_send(site)
        given = text_fields(*FIELDS)
        wanted = _wanted(given, {"id": rid})

        def act(context: Context) -> Any:
            refuse_conflict(context.call("resource_show", {"id": rid}), FIELDS)
            return context.call("resource_patch", wanted)

        saved, form = attempt(site, act)
        if saved is None:
            return answer(ref, rid, replace(form, values=given))
        return to(f"/dataset/{ref}/resource/{rid}")


def _add_delete(blueprint: Blueprint, site: Site) -> None:
    def answer(ref: str, rid: str, form: Form) -> Response:
        with page_reading(site) as context:
            dataset = _dataset(context, ref)
            resource = _resource(context, dataset, rid)
        return ask(
            ConfirmPage(
                title=f"Delete {resource['name'] or 'this file'}?",
                text="The file leaves the dataset. Published versions of the dataset keep it.",
                button="Delete this file",
                action=f"/dataset/{dataset['name']}/resource/{rid}/delete",
                back=f"/dataset/resources/{dataset['name']}",
                form=form,
            )
        )

    @blueprint.get("/dataset/<ref>/resource/<rid>/delete")
    def ask_to_delete(ref: str, rid: str) -> Response:
        require_login(site)
        return answer(ref, rid, Form())

    @blueprint.post("/dataset/<ref>/resource/<rid>/delete")
    def delete(ref: str, rid: str) -> Response:
        may_send(site)
        _, form = attempt(site, lambda one: one.call("resource_delete", {"id": rid}))
        return answer(ref, rid, form) if form.errors else to(f"/dataset/resources/{ref}")


def _wanted(given: Mapping[str, str], ref: Mapping[str, str]) -> dict[str, Any]:
    """Return what the form asks for; a file outranks an address, a name can come from it."""
    wanted: dict[str, Any] = {**given, **uploaded_files(request.files), **ref}
    if "upload" in wanted:
        wanted.pop("url", None)
        wanted["name"] = wanted.get("name") or wanted["upload"].filename
    if not wanted.get("format"):
        wanted.pop("format", None)
    return wanted


def _form(site: Site, dataset: Shown, resource: Shown, form: Form) -> Response:
    max_mb = site.settings(StorageSettings).max_resource_mb
    page = ResourceFormPage(pkg=dataset, resource=resource, max_mb=max_mb, form=form)
    return show("package/resource_edit.html", page, form.status)
