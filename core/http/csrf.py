"""CSRF protection for callers who are known by cookie."""

from __future__ import annotations

from flask import request
from flask_wtf.csrf import generate_csrf, validate_csrf
from werkzeug.exceptions import BadRequest
from wtforms import ValidationError

from cytotheca.core.http.identity import Identity

FIELD = "_csrf_token"
HEADERS = ("X-CSRFToken", "X-CSRF-Token")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class FormExpired(BadRequest):
    """A form whose token is of another login, or of none: nothing was done."""


def csrf_token() -> str:
    """Return the token for forms and scripts of the present session."""
    return str(generate_csrf(token_key=FIELD))


def require_csrf(identity: Identity, *, always: bool = False) -> None:
    """Answer 400 to a writing request by cookie that has no valid token.

    With ``always`` anonymous requests need one, too (web forms). Requests by
    API token are exempt: no browser adds those by itself.
    """
    if request.method in SAFE_METHODS or not (identity.by_cookie or always):
        return
    given = next((request.headers[name] for name in HEADERS if name in request.headers), None)
    if given is None:
        given = request.form.get(FIELD)
    try:
        validate_csrf(given, token_key=FIELD)
    except ValidationError as error:
        raise FormExpired(f"{error} Load the page again and send the form once more.") from None
