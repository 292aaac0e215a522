"""What pages share: the context of the caller, the answer from a template."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from flask import Response, abort, g, make_response, redirect, render_template, request

from cytotheca.core.domain.errors import NotAuthorized, ValidationError
from cytotheca.core.http.callers import caller_reading as page_reading
from cytotheca.core.http.csrf import FormExpired, require_csrf
from cytotheca.core.http.identity import Identity, current_identity, origin_of
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.site import Site
from cytotheca.core.runtime.unit_of_work import unit_of_work

__all__ = ["may", "page_reading", "page_writing", "require_login", "show", "wants_json"]

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


@contextmanager
def page_writing(site: Site) -> Iterator[Context]:
    """Give a writing context of the present caller; needs the form's CSRF token."""
    identity = current_identity(site)
    require_csrf(identity, always=True)
    with unit_of_work(
        site,
        user_id=identity.user_id,
        via="web",
        request_id=g.get("request_id"),
        origin=origin_of(identity),
    ) as context:
        yield context


def may(context: Context, action: str, params: Any) -> bool:
    """Tell whether the caller may do something, so that pages offer only that.

    What an object's state forbids is said when it is tried.
    """
    try:
        context.check(action, params)
    except NotAuthorized:
        return False
    except ValidationError:
        return True
    return True


def require_login(site: Site) -> Identity:
    """Return the caller; send browsers of others to the login page, programs get a status."""
    identity = current_identity(site)
    if identity.user_id is not None:
        return identity
    if request.accept_mimetypes.accept_html and "Accept" in request.headers:
        if request.method == "POST":
            raise FormExpired("Your login has ended. Log in and send the form once more.")
        target = request.full_path.rstrip("?")
        abort(redirect(f"/user/login?next={quote(target, safe='')}"))
    raise NotAuthorized


def wants_json() -> bool:
    """Tell whether the client reads JSON rather than pages."""
    accepted = request.accept_mimetypes
    return bool(accepted) and accepted["application/json"] > accepted["text/html"]


def show(template: str, page: DataclassInstance, status: int = 200) -> Response:
    """Return a page: a template filled with the fields of its variables."""
    variables: dict[str, Any] = {one.name: getattr(page, one.name) for one in fields(page)}
    return make_response(render_template(template, **variables), status)
