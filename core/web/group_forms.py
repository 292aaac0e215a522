"""Founding, changing and deleting circles and collections."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from flask import Blueprint, Response, request

from cytotheca.core.domain.slugs import slug_of
from cytotheca.core.http.uploads import uploaded_files
from cytotheca.core.runtime.site import Site
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
from cytotheca.core.web.group_kinds import GroupKind, Shown
from cytotheca.core.web.page_reading import page_reading, require_login, show

FIELDS: Final = ("title", "name", "description")
STAMPED: Final = (*FIELDS, "image_url")


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupFormPage:
    """Variables of ``group/edit.html``; ``group_dict`` is empty for a new one."""

    kind: GroupKind
    group_dict: Shown
    form: Form


def group_forms_blueprint(site: Site, kind: GroupKind) -> Blueprint:
    """Serve ``/…/new``, ``/…/edit/<ref>`` and ``/…/delete/<ref>``."""
    blueprint = Blueprint(f"{kind.path}_forms", __name__)
    _add_new(blueprint, site, kind)
    _add_edit(blueprint, site, kind)
    _add_delete(blueprint, site, kind)
    return blueprint


def _add_new(blueprint: Blueprint, site: Site, kind: GroupKind) -> None:
    def answer(form: Form) -> Response:
        return show(
            "group/edit.html", GroupFormPage(kind=kind, group_dict={}, form=form), form.status
        )

    @blueprint.get(f"/{kind.path}/new")
    def new() -> Response:
        require_login(site)
        with page_reading(site) as context:
            context.check(f"{kind.path}_create", {"name": "new-one"})
        return answer(Form())

    @blueprint.post(f"/{kind.path}/new")
    def create() -> Response:
        may_send(site)
        given = text_fields(*FIELDS)
        wanted: dict[str, Any] = {**given, **uploaded_files(request.files)}
        wanted["name"] = given.get("name") or slug_of(given.get("title", ""))
        made, form = attempt(site, lambda one: one.call(f"{kind.path}_create", wanted))
        if made is None:
            return answer(replace(form, values=wanted))
        return to(f"/{kind.path}/{made['name']}")


def _add_edit(blueprint: Blueprint, site: Site, kind: GroupKind) -> None:
    def answer(ref: str, form: Form | None = None) -> Response:
        with page_reading(site) as context:
            context.check(f"{kind.path}_patch", {"id": ref})
            group = context.call(kind.show_action, {"id": ref, "include_users": False})
        shown = _filled(group, form)
        page = GroupFormPage(kind=kind, group_dict=group, form=shown)
        return show("group/edit.html", page, shown.status)

    @blueprint.get(f"/{kind.path}/edit/<ref>")
    def edit(ref: str) -> Response:
        require_login(site)
        return answer(ref)

    @blueprint.post(f"/{kind.path}/edit/<ref>")
    def save(ref: str) -> Response:
        may_send(site)
        given = text_fields(*FIELDS)
        wanted: dict[str, Any] = {"id": ref, **given, **uploaded_files(request.files)}
        if request.form.get("clear_upload"):
            wanted |= {"clear_upload": True, "image_url": ""}

        def act(context: Any) -> Any:
            asked = {"id": ref, "include_users": False}
            refuse_conflict(context.call(kind.show_action, asked), STAMPED)
            return context.call(f"{kind.path}_patch", wanted)

        saved, form = attempt(site, act)
        if saved is None:
            return answer(ref, replace(form, values=given))
        return to(f"/{kind.path}/{saved['name']}")


def _filled(group: Shown, form: Form | None) -> Form:
    """Return the form with the present values, or with those that were refused."""
    stamp = stamp_of(group, STAMPED)
    if form is None:
        return Form(values=group, stamp=stamp)
    conflict = form.status == 409  # noqa: PLR2004
    theirs = {
        name: str(group.get(name) or "")
        for name in FIELDS
        if conflict and (group.get(name) or "") != (form.values.get(name) or "")
    }
    return replace(form, stamp=stamp, theirs=theirs)


def _add_delete(blueprint: Blueprint, site: Site, kind: GroupKind) -> None:
    def answer(ref: str, form: Form) -> Response:
        with page_reading(site) as context:
            context.check(f"{kind.path}_patch", {"id": ref})
            group = context.call(kind.show_action, {"id": ref, "include_users": False})
        title = group["title"] or group["name"]
        return ask(
            ConfirmPage(
                title=f"Delete {title}?",
                text=kind.deletion,
                button=f"Delete this {kind.word}",
                action=f"/{kind.path}/delete/{group['name']}",
                back=f"/{kind.path}/{group['name']}",
                form=form,
            )
        )

    @blueprint.get(f"/{kind.path}/delete/<ref>")
    def ask_to_delete(ref: str) -> Response:
        require_login(site)
        return answer(ref, Form())

    @blueprint.post(f"/{kind.path}/delete/<ref>")
    def delete(ref: str) -> Response:
        may_send(site)
        _, form = attempt(site, lambda one: one.call(f"{kind.path}_delete", {"id": ref}))
        return answer(ref, form) if form.errors else to(f"/{kind.path}/")
