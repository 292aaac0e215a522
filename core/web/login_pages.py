"""Logging in and out."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import Blueprint, Response, make_response, redirect, request, session

from cytotheca.core.auth.accounts import authenticate
from cytotheca.core.http.csrf import require_csrf
from cytotheca.core.http.identity import ANONYMOUS, current_identity, log_in, log_out
from cytotheca.core.runtime.site import Site
from cytotheca.core.web.local_paths import local_path
from cytotheca.core.web.login_limits import Guess, LoginLimits
from cytotheca.core.web.page_reading import page_reading, show

WRONG = "Name or password is wrong. Please try again."
SLOW_DOWN = "There were too many failed attempts. Please wait a moment and try again."


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginPage:
    """Variables of ``user/login.html``; the form comes back filled after an error."""

    next: str
    login: str = ""
    remember: bool = False
    error: str = ""
    wait_s: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LogoutPage:
    """Variables of ``user/logout.html``."""

    is_known: bool


def login_blueprint(site: Site) -> Blueprint:
    """Serve the login form and the logout."""
    blueprint = Blueprint("login", __name__)
    limits = LoginLimits(site)

    @blueprint.get("/user/login")
    def form() -> Response:
        target = _target()
        if current_identity(site).user_id is not None:
            return redirect(target)  # type: ignore[return-value]
        return show("user/login.html", LoginPage(next=target))

    @blueprint.post("/user/login")
    def login() -> Response:
        require_csrf(ANONYMOUS, always=True)
        return _log_in(site, limits)

    @blueprint.get("/user/_logout")
    @blueprint.get("/user/logged_out_redirect")
    def ask_to_leave() -> Response:
        known = current_identity(site).user_id is not None
        return show("user/logout.html", LogoutPage(is_known=known))

    @blueprint.post("/user/_logout")
    def logout() -> Response:
        require_csrf(current_identity(site), always=True)
        log_out(site)
        answer = make_response(redirect("/user/logged_out_redirect"))
        answer.headers["Clear-Site-Data"] = '"cache"'
        return answer

    return blueprint


def _target() -> str:
    given = request.values.get("next") or request.values.get("came_from")
    return local_path(given, "/dashboard/datasets")


def _log_in(site: Site, limits: LoginLimits) -> Response:
    login = request.form.get("login", "")[:254]
    guess = Guess(account=login, address=request.remote_addr or "")
    page = LoginPage(next=_target(), login=login, remember=bool(request.form.get("remember")))
    wait_s = limits.wait_s(guess)
    if wait_s:
        refusal = show("user/login.html", replace(page, error=SLOW_DOWN, wait_s=wait_s), 429)
        refusal.headers["Retry-After"] = str(wait_s)
        return refusal
    with page_reading(site) as context:
        user = authenticate(context.session, login, request.form.get("password", "")[:4096])
        user_id = user.id if user else None
    if user_id is None:
        limits.count_failure(guess)
        return show("user/login.html", replace(page, error=WRONG), 401)
    log_in(site, user_id)
    session.permanent = page.remember
    return redirect(page.next)  # type: ignore[return-value]
