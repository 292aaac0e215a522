"""The API tokens of a user."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, redirect, request

from cytotheca.core.domain.errors import ValidationError, summarize
from cytotheca.core.runtime.site import Site
from cytotheca.core.web.page_reading import page_reading, page_writing, require_login, show

Shown = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenPage:
    """Variables of ``user/api_tokens.html``; ``new_token`` is shown once, after making it."""

    user_dict: Shown
    tokens: Sequence[Shown]
    new_token: str = ""
    name: str = ""
    error: str = ""


def token_blueprint(site: Site) -> Blueprint:
    """Serve the caller's API tokens."""
    blueprint = Blueprint("api_token", __name__)

    @blueprint.get("/user/<ref>/api-tokens")
    def read(ref: str) -> Response:
        require_login(site)
        return show("user/api_tokens.html", _token_page(site, ref))

    @blueprint.post("/user/<ref>/api-tokens")
    def create(ref: str) -> Response:
        require_login(site)
        name = request.form.get("name", "").strip()
        try:
            made = _make_token(site, ref, name)
        except ValidationError as error:
            page = _token_page(site, ref, error=summarize(error.errors), name=name)
            return show("user/api_tokens.html", page, 400)
        return show("user/api_tokens.html", _token_page(site, ref, new_token=made, name=name))

    @blueprint.post("/user/<ref>/api-tokens/<jti>/revoke")
    def revoke(ref: str, jti: str) -> Response:
        require_login(site)
        with page_writing(site) as context:
            context.call("api_token_revoke", {"jti": jti})
        return redirect(f"/user/{ref}/api-tokens", code=303)  # type: ignore[return-value]

    return blueprint


def _make_token(site: Site, ref: str, name: str) -> str:
    scope = request.form.get("scope", "")
    params: dict[str, Any] = {"user": ref, "name": name, "scope": scope}
    days = request.form.get("days", "").strip()
    if days:
        params |= {"expires_in": days, "unit": 24 * 3600}
    with page_writing(site) as context:
        made = context.call("api_token_create", params)
    return str(made["token"])


def _token_page(
    site: Site, ref: str, *, new_token: str = "", name: str = "", error: str = ""
) -> TokenPage:
    with page_reading(site) as context:
        user = context.call("user_show", {"id": ref})
        tokens = context.call("api_token_list", {"user_id": ref})
    return TokenPage(user_dict=user, tokens=tokens, new_token=new_token, name=name, error=error)
