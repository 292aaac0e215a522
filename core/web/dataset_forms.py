"""Making, changing and deleting datasets on the site's pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, Response, redirect, request

from cytotheca.core.domain.errors import ValidationError
from cytotheca.core.domain.slugs import slug_of
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.site import Site
from cytotheca.core.web.confirm_page import ConfirmPage, ask
from cytotheca.core.web.dataset_form import (
    as_update,
    differences,
    form_page,
    sent_dataset,
    values_of,
)
from cytotheca.core.web.dataset_rights import creation_refusal, deletion_refusal
from cytotheca.core.web.forms import CHANGED, STAMP, Form, attempt, may_send, sent_values, to
from cytotheca.core.web.page_reading import page_reading, require_login, show


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDatasetPage:
    """Variables of ``package/new.html``; ``reason`` says why there is no form."""

    reason: str


def dataset_forms_blueprint(site: Site) -> Blueprint:
    """Serve ``/dataset/new``, ``/dataset/edit/<ref>`` and ``/dataset/delete/<ref>``."""
    blueprint = Blueprint("dataset_forms", __name__)
    _add_new(blueprint, site)
    _add_edit(blueprint, site)
    _add_delete(blueprint, site)
    return blueprint


def _add_new(blueprint: Blueprint, site: Site) -> None:
    def answer(form: Form) -> Response:
        with page_reading(site) as context:
            refused = creation_refusal(context)
            page = None if refused else form_page(context, {}, form)
        if page is None:
            return show("package/new.html", NewDatasetPage(reason=refused), 403)
        return show("package/edit.html", page, form.status)

    @blueprint.get("/dataset/new")
    def new() -> Response:
        require_login(site)
        chosen = {"private": "true", **request.args.to_dict()}
        return answer(Form(values=chosen))

    @blueprint.post("/dataset/new")
    def create() -> Response:
        may_send(site)
        given = sent_dataset(sorted(site.schemas.added))
        wanted = {**as_update(given), "state": "draft"}
        wanted["name"] = given.get("name") or slug_of(str(given.get("title", "")))
        made, form = attempt(site, lambda one: one.call("package_create", wanted))
        if made is None:
            return answer(replace(form, values={**given, "name": wanted["name"]}))
        return to(f"/dataset/{made['name']}/resource/new")


def _add_edit(blueprint: Blueprint, site: Site) -> None:
    @blueprint.get("/dataset/edit/<ref>")
    def edit(ref: str) -> Response:
        require_login(site)
        with page_reading(site) as context:
            dataset = _editable(context, ref)
            form = Form(values=values_of(dataset), stamp=dataset["metadata_modified"])
            page = form_page(context, dataset, form)
        return show("package/edit.html", page)

    @blueprint.post("/dataset/edit/<ref>")
    def save(ref: str) -> Response:
        may_send(site)
        given = sent_dataset(sorted(site.schemas.added))
        saved, form = attempt(site, lambda one: _save(one, ref, given))
        if saved is not None:
            return to(f"/dataset/{saved['package']['name']}")
        with page_reading(site) as context:
            dataset = _editable(context, ref)
            shown = _refused(form, dataset, given)
            page = form_page(context, dataset, shown)
        return show("package/edit.html", page, shown.status)


def _editable(context: Context, ref: str) -> Mapping[str, Any]:
    """Return a dataset; who may not change it learns nothing of its form."""
    context.check("package_patch", {"id": ref})
    found: Mapping[str, Any] = context.call("package_show", {"id": ref, "include_resources": False})
    return found


def _save(context: Context, ref: str, given: Mapping[str, Any]) -> Any:
    """Save what was sent, unless the dataset is no longer what the form was filled with.

    Compared and saved under one lock; lists are replaced, not merged.
    """
    if "title" in given and not str(given["title"]).strip():
        raise ValidationError({"title": ["A dataset needs a title"]})
    dataset = context.call("package_show", {"id": ref, "include_resources": False})
    match = {"id": dataset["id"]}
    if request.form.get(STAMP):
        match["metadata_modified"] = request.form[STAMP]
    revision = {"match": match, "filter": ["-tags", "-extras"], "update": as_update(given)}
    return context.call("package_revise", revision)


def _refused(form: Form, dataset: Mapping[str, Any], given: Mapping[str, Any]) -> Form:
    """Return the form as it was sent, with what is wrong and what others have saved."""
    shown = replace(form, values=given, stamp=dataset["metadata_modified"])
    if "match" not in form.errors:
        return shown
    theirs = differences(dataset, given)
    return replace(shown, errors={"message": CHANGED}, theirs=theirs, status=409)


def _add_delete(blueprint: Blueprint, site: Site) -> None:
    def answer(ref: str, form: Form) -> Response:
        with page_reading(site) as context:
            dataset = _editable(context, ref)
            refused = "" if form.errors else deletion_refusal(context, dataset)
        if refused:
            form = Form(errors={"message": refused}, status=403)
        is_public = dataset["state"] == "active" and not dataset["private"]
        return ask(
            ConfirmPage(
                title=f"Delete {dataset['title'] or dataset['name']}?",
                text="It leaves the search and all collections, and nobody sees it any more. "
                "Administrators of the site can bring it back until it is purged.",
                button="Delete this dataset",
                action=f"/dataset/delete/{dataset['name']}",
                back=f"/dataset/{dataset['name']}",
                reason="Reason, shown to those who follow a link to it" if is_public else "",
                form=form,
            )
        )

    @blueprint.get("/dataset/delete/<ref>")
    def ask_to_delete(ref: str) -> Response:
        require_login(site)
        return answer(ref, Form())

    @blueprint.post("/dataset/delete/<ref>")
    def delete(ref: str) -> Response:
        may_send(site)
        wanted = {"id": ref, "reason": request.form.get("reason", "").strip()}
        _, form = attempt(site, lambda one: one.call("package_delete", wanted))
        if form.errors:
            return answer(ref, replace(form, values=sent_values()))
        return to("/dashboard/datasets")

    @blueprint.get("/dataset/manage/<ref>")
    def manage(ref: str) -> Response:
        return redirect(f"/dataset/resources/{ref}", code=302)  # type: ignore[return-value]
