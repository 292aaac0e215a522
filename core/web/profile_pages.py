"""One's own account: profile, address, password, and where one is logged in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, Response, redirect, request

from cytotheca.core.domain.errors import ValidationError
from cytotheca.core.http.identity import current_identity, log_in, session_id
from cytotheca.core.runtime.site import Site
from cytotheca.core.web.form_errors import messages_of
from cytotheca.core.web.page_reading import page_reading, page_writing, require_login, show

Shown = Mapping[str, Any]
PARTS: Mapping[str, tuple[str, ...]] = {
    "profile": ("fullname", "about"),
    "address": ("email", "current_password"),
    "password": ("password", "current_password"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class EditPage:
    """Variables of ``user/edit.html``; ``part`` is the form that was sent."""

    user_dict: Shown
    part: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionsPage:
    """Variables of ``user/sessions.html``; ``own`` is the login of this browser."""

    user_dict: Shown
    sessions: Sequence[Shown]
    own: str


def profile_blueprint(site: Site) -> Blueprint:
    """Serve the pages on which people change their own account."""
    blueprint = Blueprint("profile", __name__)

    @blueprint.get("/user/edit")
    def edit_mine() -> Response:
        return redirect(f"/user/edit/{require_login(site).name}")  # type: ignore[return-value]

    @blueprint.get("/user/edit/<ref>")
    def edit(ref: str) -> Response:
        require_login(site)
        return show("user/edit.html", EditPage(user_dict=_own(site, ref)))

    @blueprint.post("/user/edit/<ref>")
    def save(ref: str) -> Response:
        require_login(site)
        return _save(site, ref)

    @blueprint.get("/user/<ref>/sessions")
    def sessions(ref: str) -> Response:
        require_login(site)
        with page_reading(site) as context:
            user = context.call("user_show", {"id": ref})
            found = context.call("user_session_list", {"user_id": ref})
        page = SessionsPage(user_dict=user, sessions=found, own=session_id() or "")
        return show("user/sessions.html", page)

    @blueprint.post("/user/<ref>/sessions/end")
    def end(ref: str) -> Response:
        require_login(site)
        chosen = request.form.get("id", "")
        action = "user_session_end" if chosen else "user_session_end_others"
        target = {"id": chosen} if chosen else {"keep": session_id() or ""}
        with page_writing(site) as context:
            context.call(action, {"user_id": ref, **target})
        return redirect(f"/user/{ref}/sessions", code=303)  # type: ignore[return-value]

    return blueprint


def _own(site: Site, ref: str) -> Shown:
    """Return the user, if the caller may change it."""
    with page_reading(site) as context:
        context.check("user_patch", _Ref(ref))
        user: Shown = context.call("user_show", {"id": ref})
    return user


@dataclass(frozen=True, slots=True)
class _Ref:
    """What the rule of ``user_patch`` asks for."""

    id: str


def _save(site: Site, ref: str) -> Response:
    part = request.form.get("part", "")
    names = PARTS.get(part, ())
    given = {name: request.form.get(name, "")[:10_000] for name in names}
    mine = current_identity(site).user_id
    try:
        with page_writing(site) as context:
            user = context.call("user_patch", {"id": ref, **given})
    except ValidationError as error:
        kept = {name: value for name, value in given.items() if "password" not in name}
        page = EditPage(
            user_dict=_own(site, ref), part=part, values=kept, errors=messages_of(error.errors)
        )
        return show("user/edit.html", page, 400)
    if part == "password" and user["id"] == mine:
        log_in(site, user["id"])  # all logins have ended; this browser begins a new one
    return redirect(f"/user/{user['name']}", code=303)  # type: ignore[return-value]
