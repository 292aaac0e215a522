"""The page on which people set up codes of an app for their logins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import segno
from flask import Blueprint, Response, request

from cytotheca.core.runtime.site import Site
from cytotheca.core.web.forms import Form, attempt, may_send, text_fields, to
from cytotheca.core.web.page_reading import page_reading, require_login, show

Shown = Mapping[str, Any]
LONGEST_URI: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorPage:
    """Variables of ``user/second_factor.html``.

    ``begun`` has secret and address for the app, ``picture`` the address as a QR code;
    ``recovery_codes`` are shown once.
    """

    user_dict: Shown
    factor: Shown
    begun: Shown | None = None
    picture: str = ""
    recovery_codes: Sequence[str] = ()
    form: Form = field(default_factory=Form)


def second_factor_blueprint(site: Site) -> Blueprint:
    """Serve ``/user/<ref>/second-factor`` and its forms."""
    blueprint = Blueprint("second_factor", __name__)
    address = "/user/<ref>/second-factor"

    def answer(ref: str, **more: Any) -> Response:
        with page_reading(site) as context:
            factor = context.call("user_second_factor_show", {"user_id": ref})
            user = context.call("user_show", {"id": ref})
        page = SecondFactorPage(user_dict=user, factor=factor, **more)
        return show("user/second_factor.html", page, page.form.status)

    @blueprint.get(address)
    def read(ref: str) -> Response:
        require_login(site)
        return answer(ref)

    @blueprint.post(f"{address}/begin")
    def begin(ref: str) -> Response:
        may_send(site)
        given = {"user_id": ref, **text_fields("current_password")}
        begun, form = attempt(site, lambda one: one.call("user_second_factor_begin", given))
        return answer(ref, form=form) if begun is None else answer(ref, **_shown(begun))

    @blueprint.post(f"{address}/confirm")
    def confirm(ref: str) -> Response:
        may_send(site)
        given = {"user_id": ref, **text_fields("code")}
        done, form = attempt(site, lambda one: one.call("user_second_factor_confirm", given))
        if done is None:
            return answer(ref, form=form, **_shown(_sent_back()))
        return answer(ref, recovery_codes=done["recovery_codes"])

    @blueprint.post(f"{address}/remove")
    def remove(ref: str) -> Response:
        may_send(site)
        given = {"user_id": ref, **text_fields("current_password")}
        _, form = attempt(site, lambda one: one.call("user_second_factor_remove", given))
        return answer(ref, form=form) if form.errors else to(f"/user/{ref}/second-factor")

    return blueprint


def _sent_back() -> Shown:
    """Return what the page had shown and the form sent along, to be shown again."""
    uri = request.form.get("uri", "")[:LONGEST_URI]
    is_uri = uri.startswith("otpauth://totp/")
    return {"secret": request.form.get("secret", "")[:64], "uri": uri if is_uri else ""}


def _shown(begun: Shown) -> dict[str, Any]:
    if not begun["uri"]:
        return {"begun": begun}
    picture = segno.make(begun["uri"]).svg_data_uri(scale=5, border=2, light="white")
    return {"begun": begun, "picture": picture}
