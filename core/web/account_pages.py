"""Pages behind mailed links, and those that have links mailed: registration, lost passwords.

A page that a link opens changes nothing: mail programs open links by themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from flask import Blueprint, Response, request

from cytotheca.core.domain.errors import NotAuthorized, ValidationError
from cytotheca.core.runtime.site import Site
from cytotheca.core.settings.accounts import AccountSettings, MailSettings
from cytotheca.core.web.form_errors import messages_of
from cytotheca.core.web.page_reading import page_reading, page_writing, show

LINK_FIELDS: Final = ("key", "message")


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPage:
    """Variables of the forms on accounts; they come back filled after an error."""

    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    link: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticePage:
    """Variables of ``user/notice.html``: what was done, and where to go on."""

    title: str
    text: str
    target: str = "/user/login"
    label: str = "Log in"


REGISTERED: Final = NoticePage(
    title="Look into your mail",
    text="If name and address can be used, a mail with a link is on its way to you. "
    "Open it to begin to use your account.",
    target="/",
    label="To the front page",
)
READY: Final = NoticePage(title="Your account is ready", text="You can log in now.")
RESET_SENT: Final = NoticePage(
    title="Look into your mail",
    text="If there is such an account, a mail with a link is on its way. It works for an hour.",
    target="/",
    label="To the front page",
)
RESET_DONE: Final = NoticePage(
    title="Your password is changed", text="All logins have ended. Log in with the new password."
)
JOINED: Final = NoticePage(title="You have joined", text="Log in to go on.")


def register_blueprint(site: Site) -> Blueprint:
    """Serve registration, where the site allows it, and the link that ends it."""
    blueprint = Blueprint("register", __name__)

    @blueprint.get("/user/register")
    def form() -> Response:
        with page_reading(site) as context:
            context.check("user_create")
        return show("user/register.html", FormPage())

    @blueprint.post("/user/register")
    def register() -> Response:
        given = _given("name", "email", "fullname", "password")
        done = REGISTERED if site.settings(AccountSettings).verify_email else READY
        return _act(site, "user_create", given, "user/register.html", done)

    @blueprint.get("/user/verify/<user_id>")
    def ask(user_id: str) -> Response:
        return _opened(site, user_id, "user/verify.html")

    @blueprint.post("/user/verify/<user_id>")
    def verify(user_id: str) -> Response:
        given = {"id": user_id, **_given("key")}
        return _act(site, "user_verify", given, "user/verify.html", READY)

    @blueprint.get("/user/invited/<user_id>")
    def invited(user_id: str) -> Response:
        return _opened(site, user_id, "user/invited.html")

    @blueprint.post("/user/invited/<user_id>")
    def accept(user_id: str) -> Response:
        given = {"id": user_id, **_given("key", "name", "fullname", "password")}
        return _act(site, "user_invite_accept", given, "user/invited.html", JOINED)

    return blueprint


def reset_blueprint(site: Site) -> Blueprint:
    """Serve the way to a new password."""
    blueprint = Blueprint("reset", __name__)

    @blueprint.get("/user/reset")
    def form() -> Response:
        if not site.settings(MailSettings).server:
            raise NotAuthorized
        return show("user/reset_request.html", FormPage())

    @blueprint.post("/user/reset")
    def request_link() -> Response:
        given = _given("login")
        action = "password_reset_request"
        return _act(site, action, given, "user/reset_request.html", RESET_SENT)

    @blueprint.get("/user/reset/<user_id>")
    def ask(user_id: str) -> Response:
        return _opened(site, user_id, "user/reset.html")

    @blueprint.post("/user/reset/<user_id>")
    def reset(user_id: str) -> Response:
        given = {"id": user_id, **_given("key", "password")}
        return _act(site, "password_reset", given, "user/reset.html", RESET_DONE)

    return blueprint


def _given(*names: str) -> dict[str, str]:
    return {name: request.form.get(name, "")[:4096] for name in names}


def _opened(site: Site, user_id: str, template: str) -> Response:
    """Show what a link is for; nothing is done yet, and the address goes nowhere else."""
    given = {"id": user_id, "key": request.args.get("key", "")[:200]}
    page = _with_link(site, FormPage(values=given))
    answer = show(template, page, 400 if page.errors else 200)
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _act(
    site: Site, action: str, given: Mapping[str, str], template: str, done: NoticePage
) -> Response:
    """Call an action by a form; show what was done, or the form again."""
    try:
        with page_writing(site) as context:
            context.call(action, {key: value for key, value in given.items() if value})
    except ValidationError as error:
        kept = {key: value for key, value in given.items() if key != "password"}
        page = FormPage(values=kept, errors=messages_of(error.errors))
        return show(template, _with_link(site, page) if "key" in given else page, 400)
    return show("user/notice.html", done)


def _with_link(site: Site, page: FormPage) -> FormPage:
    link: Mapping[str, Any] = {}
    errors = page.errors
    try:
        with page_reading(site) as context:
            link = context.call("account_link_show", dict(page.values))
    except ValidationError as error:
        errors = messages_of(error.errors)
    return FormPage(values=page.values, errors=errors, link=link)
