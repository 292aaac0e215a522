"""What all forms share: trying an action, and coming back filled when it was refused."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from flask import Response, g, redirect, request

from cytotheca.core.auth.scopes import Scope
from cytotheca.core.domain.errors import (
    ActionError,
    InsufficientStorage,
    NotAuthorized,
    NotFound,
    ValidationError,
)
from cytotheca.core.http.csrf import FIELD
from cytotheca.core.http.identity import Identity
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.site import Site
from cytotheca.core.web.form_errors import messages_of
from cytotheca.core.web.page_reading import page_writing, require_login

MAX_TEXT: Final = 100_000
STAMP: Final = "stamp"
CHANGED: Final = (
    "Somebody else has changed this since you opened the page. Their values stand beside yours; "
    "save again to put yours in their place."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What a form shows: the values, what is wrong with them, what others have put there.

    ``stamp`` stands for the state that the values were read from.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    theirs: Mapping[str, str] = field(default_factory=dict)
    stamp: str = ""
    status: int = 200


class Conflict(ActionError):
    """What a form was filled with is no longer what is stored."""


def text_fields(*names: str) -> dict[str, str]:
    """Return the texts of a form; browsers send line ends that are not ours."""
    return {
        name: request.form[name].replace("\r\n", "\n")[:MAX_TEXT]
        for name in names
        if name in request.form
    }


def stamp_of(shown: Mapping[str, Any], names: tuple[str, ...]) -> str:
    """Return a text that changes with the values of some fields."""
    kept = json.dumps({name: shown.get(name) for name in names}, sort_keys=True, default=str)
    return hashlib.sha256(kept.encode()).hexdigest()[:32]


def refuse_conflict(shown: Mapping[str, Any], names: tuple[str, ...]) -> None:
    """Raise ``Conflict`` if the form was filled from another state than the present one."""
    if request.form.get(STAMP, "") not in ("", stamp_of(shown, names)):
        raise Conflict


def may_send(site: Site) -> Identity:
    """Return the caller of a form; those with an account may send files along."""
    identity = require_login(site)
    g.may_upload = identity.scope != Scope.READ  # before the form is read
    return identity


def attempt(site: Site, act: Callable[[Context], Any]) -> tuple[Any, Form]:
    """Do what a form asks for; return the result, and what to tell if it was refused.

    Objects that are gone or may not be seen are for the caller to answer (404).
    """
    try:
        with page_writing(site) as context:
            return act(context), Form()
    except Conflict:
        return None, Form(errors={"message": CHANGED}, status=409)
    except ValidationError as error:
        return None, Form(errors=messages_of(error.errors), status=400)
    except (NotAuthorized, InsufficientStorage) as error:
        text = str(error) or "You may not do this."
        return None, Form(errors={"message": text}, status=error.status)


def named(error_text: str, call: Callable[[], Any], key: str) -> Any:
    """Call; if what was named does not exist, say so at the field."""
    try:
        return call()
    except NotFound:
        raise ValidationError({key: [error_text]}) from None


def to(path: str) -> Response:
    """Return the redirection after a form that was carried out."""
    return redirect(path, code=303)  # type: ignore[return-value]


def sent_values() -> Mapping[str, str]:
    """Return all texts that the form was sent with."""
    return {key: value for key, value in request.form.items() if key not in (FIELD, STAMP)}
