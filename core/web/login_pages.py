"""Logging in and out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from flask import Blueprint, Response, make_response, redirect, request, url_for
from werkzeug.routing import BuildError

from cytotheca.core.auth.accounts import authenticate
from cytotheca.core.auth.attempts import Attempt, Attempts, Deed, attempts_of
from cytotheca.core.auth.second_factor import active_factor
from cytotheca.core.http.csrf import require_csrf
from cytotheca.core.http.identity import (
    ANONYMOUS,
    current_identity,
    log_in,
    log_out,
    note_failed_login,
)
from cytotheca.core.http.second_factor import begin_half_login, half_login, use_code
from cytotheca.core.runtime.site import Site
from cytotheca.core.settings.accounts import AccountSettings, MailSettings
from cytotheca.core.settings.site import AuthSettings, WebSettings
from cytotheca.core.web.local_paths import local_path
from cytotheca.core.web.page_reading import page_reading, show

WRONG = "Name or password is wrong. Please try again."
WRONG_CODE = "This code is wrong, or was used already. Please try again."
SLOW_DOWN = "There were too many failed attempts. Please wait a moment and try again."

MY_DATASETS: Final = "/dashboard/datasets"
ROUTES_OF_CKAN: Final = {
    "home.index": "/",
    "dashboard.datasets": MY_DATASETS,
    "dashboard.organizations": "/dashboard/organizations",
    "dashboard.groups": "/dashboard/groups",
    "dashboard.index": "/dashboard/",
    "dataset.search": "/dataset/",
    "user.me": "/user/me",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginPage:
    """Variables of ``user/login.html``; the form comes back filled after an error."""

    next: str
    login: str = ""
    remember: bool = False
    error: str = ""
    wait_s: int = 0
    may_register: bool = False
    may_reset: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CodePage:
    """Variables of ``user/login_code.html``."""

    error: str = ""
    wait_s: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LogoutPage:
    """Variables of ``user/logout.html``."""

    is_known: bool


def login_blueprint(site: Site) -> Blueprint:
    """Serve the login form and the logout."""
    blueprint = Blueprint("login", __name__)

    @blueprint.get("/user/login")
    def form() -> Response:
        target = _target(site)
        if current_identity(site).user_id is not None:
            return redirect(target)  # type: ignore[return-value]
        elsewhere: Response | None = site.hooks.begin_login(site=site)
        return elsewhere or show("user/login.html", _login_page(site, next=target))

    @blueprint.post("/user/login")
    def login() -> Response:
        require_csrf(ANONYMOUS, always=True)
        return _log_in(site, attempts_of(site))

    @blueprint.get("/user/login/code")
    def ask_for_code() -> Response:
        half = half_login(site)
        return show("user/login_code.html", CodePage()) if half else redirect("/user/login")  # type: ignore[return-value]

    @blueprint.post("/user/login/code")
    def check_code() -> Response:
        require_csrf(ANONYMOUS, always=True)
        return _log_in_by_code(site, attempts_of(site))

    @blueprint.get("/user/_logout")
    @blueprint.get("/user/logged_out_redirect")
    def ask_to_leave() -> Response:
        known = current_identity(site).user_id is not None
        return show("user/logout.html", LogoutPage(is_known=known))

    @blueprint.post("/user/_logout")
    def logout() -> Response:
        identity = current_identity(site)
        require_csrf(identity, always=True)
        log_out(site)
        site.signals.send("logged_out", identity.user_id or "")
        elsewhere = site.hooks.begin_logout(site=site)
        answer = make_response(elsewhere or redirect("/user/logged_out_redirect"))
        answer.headers["Clear-Site-Data"] = '"cache"'
        return answer

    return blueprint


def _target(site: Site) -> str:
    given = request.values.get("next") or request.values.get("came_from")
    return local_path(given, _after_login(site))


def _after_login(site: Site) -> str:
    """Return where a login leads; what names no page of the site leads to the own datasets."""
    wanted = site.settings(WebSettings).after_login
    if wanted.startswith("/"):
        return local_path(wanted, MY_DATASETS)
    try:
        return ROUTES_OF_CKAN.get(wanted) or url_for(wanted)
    except BuildError:
        return MY_DATASETS


def _login_page(site: Site, **values: Any) -> LoginPage:
    mails = bool(site.settings(MailSettings).server)
    open_door = site.settings(AuthSettings).create_user_via_web
    verifies = site.settings(AccountSettings).verify_email
    return LoginPage(may_register=open_door and (mails or not verifies), may_reset=mails, **values)


def _log_in(site: Site, limits: Attempts) -> Response:
    login = request.form.get("login", "")[:254]
    guess = Attempt(deed=Deed.LOGIN, account=login, address=request.remote_addr or "")
    remember = bool(request.form.get("remember"))
    page = _login_page(site, next=_target(site), login=login, remember=remember)
    wait_s = limits.wait_s(guess)
    if wait_s:
        refusal = show("user/login.html", replace(page, error=SLOW_DOWN, wait_s=wait_s), 429)
        refusal.headers["Retry-After"] = str(wait_s)
        return refusal
    password = request.form.get("password", "")[:4096]
    known_elsewhere = site.hooks.authenticate(site=site, login=login, password=password)
    if known_elsewhere is not None:
        log_in(site, known_elsewhere, remember=page.remember)
        return redirect(page.next)  # type: ignore[return-value]
    with page_reading(site) as context:
        user = authenticate(context.session, login, password)
        user_id = user.id if user else None
        needs_code = user is not None and active_factor(context.session, user.id) is not None
    if user_id is None:
        site.signals.send("failed_login", login)
        limits.count(guess)
        note_failed_login(site, login)
        return show("user/login.html", replace(page, error=WRONG), 401)
    if needs_code:
        begin_half_login(user_id, remember=page.remember, target=page.next)
        return redirect("/user/login/code", code=303)  # type: ignore[return-value]
    log_in(site, user_id, password=password, remember=page.remember)
    return redirect(page.next)  # type: ignore[return-value]


def _log_in_by_code(site: Site, limits: Attempts) -> Response:
    """End a login with the code of an app; wrong ones count as wrong passwords do."""
    half = half_login(site)
    if half is None:
        return redirect("/user/login")  # type: ignore[return-value]
    guess = Attempt(deed=Deed.LOGIN, account=half.user_id, address=request.remote_addr or "")
    wait_s = limits.wait_s(guess)
    if wait_s:
        refusal = show("user/login_code.html", CodePage(error=SLOW_DOWN, wait_s=wait_s), 429)
        refusal.headers["Retry-After"] = str(wait_s)
        return refusal
    if not use_code(site, half.user_id, request.form.get("code", "")[:100]):
        limits.count(guess)
        note_failed_login(site, half.name)
        return show("user/login_code.html", CodePage(error=WRONG_CODE), 401)
    log_in(site, half.user_id, remember=half.remember)
    return redirect(local_path(half.target, MY_DATASETS))  # type: ignore[return-value]
