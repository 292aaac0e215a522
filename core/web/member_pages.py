"""The people of a circle or collection, and their roles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask import Blueprint, Response, make_response, redirect

from cytotheca.core.domain.csv_cells import write_csv
from cytotheca.core.domain.downloads import attachment
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.site import Site
from cytotheca.core.settings.accounts import MailSettings
from cytotheca.core.web.forms import Form, attempt, may_send, named, text_fields, to
from cytotheca.core.web.group_kinds import GroupKind, Rights, Shown
from cytotheca.core.web.page_reading import page_reading, require_login, show

NO_SUCH_USER = "There is no user of this name. It is the name that people log in with."


@dataclass(frozen=True, slots=True, kw_only=True)
class MembersPage:
    """Variables of ``group/members.html``; ``invites`` says that mail can be sent."""

    kind: GroupKind
    group_dict: Shown
    members: Sequence[Shown]
    roles: Sequence[tuple[str, str]]
    rights: Rights
    invites: bool
    form: Form = field(default_factory=Form)


def members_blueprint(site: Site, kind: GroupKind) -> Blueprint:
    """Serve ``/…/members/<ref>`` and what changes them."""
    blueprint = Blueprint(f"{kind.path}_members", __name__)
    _add_list(blueprint, site, kind)
    _add_changes(blueprint, site, kind)
    return blueprint


def _add_list(blueprint: Blueprint, site: Site, kind: GroupKind) -> None:
    for path in ("members", "manage_members", "member_new"):

        def members(ref: str) -> Response:
            require_login(site)
            return _answer(site, kind, ref, Form())

        blueprint.add_url_rule(f"/{kind.path}/{path}/<ref>", path, members)

    @blueprint.get(f"/{kind.path}/admins/<ref>")
    def admins(ref: str) -> Response:
        return redirect(f"/{kind.path}/members/{ref}", code=302)  # type: ignore[return-value]

    @blueprint.get(f"/{kind.path}/member_dump/<ref>")
    def member_dump(ref: str) -> Response:
        require_login(site)
        with page_reading(site) as context:
            context.check(f"{kind.path}_patch", {"id": ref})
            group = _with_people(context, kind, ref)
        rows = [(one["name"], one["fullname"] or "", one["capacity"]) for one in group["users"]]
        answer = make_response(write_csv(("Username", "Name", "Role"), rows))
        answer.content_type = "text/csv; charset=utf-8"
        answer.headers["Content-Disposition"] = attachment(f"{group['name']}-members.csv")
        answer.headers["Cache-Control"] = "private, no-store"
        return answer


def _add_changes(blueprint: Blueprint, site: Site, kind: GroupKind) -> None:
    @blueprint.post(f"/{kind.path}/member_new/<ref>")
    def put(ref: str) -> Response:
        may_send(site)
        given = text_fields("username", "role")
        _, form = attempt(site, lambda one: _put(one, kind, ref, given))
        if form.errors:
            moved = {"email": "username", "id": "username"}
            errors = {moved.get(key, key): text for key, text in form.errors.items()}
            return _answer(site, kind, ref, replace(form, values=given, errors=errors))
        return to(f"/{kind.path}/members/{ref}")

    @blueprint.post(f"/{kind.path}/member_delete/<ref>")
    def take(ref: str) -> Response:
        may_send(site)
        wanted = {"id": ref, **text_fields("username")}
        _, form = attempt(site, lambda one: one.call(f"{kind.path}_member_delete", wanted))
        return _answer(site, kind, ref, form) if form.errors else to(f"/{kind.path}/members/{ref}")


def _put(context: Context, kind: GroupKind, ref: str, given: dict[str, str]) -> None:
    """Give a role to a user, or have somebody without an account invited."""
    name, role = given.get("username", "").strip(), given.get("role", "")
    if "@" in name:
        group = context.call(kind.show_action, {"id": ref, "include_users": False})
        context.call("user_invite", {"email": name, "group_id": group["id"], "role": role})
        return
    wanted = {"id": ref, "username": name, "role": role}
    named(NO_SUCH_USER, lambda: context.call(f"{kind.path}_member_create", wanted), "username")


def _answer(site: Site, kind: GroupKind, ref: str, form: Form) -> Response:
    with page_reading(site) as context:
        group = _with_people(context, kind, ref)
        roles = context.call("member_roles_list", {"group_type": kind.path})
        page = MembersPage(
            kind=kind,
            group_dict=group,
            members=group["users"],
            roles=[(one["value"], one["text"]) for one in reversed(roles)],
            rights=kind.rights(context, group),
            invites=bool(site.settings(MailSettings).server),
            form=form,
        )
    return show("group/members.html", page, form.status)


def _with_people(context: Context, kind: GroupKind, ref: str) -> Any:
    return context.call(kind.show_action, {"id": ref, "include_users": True})
