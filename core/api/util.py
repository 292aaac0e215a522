"""Helper endpoints for forms: completion of what is typed; plain JSON, no envelope."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from flask import Blueprint, Response, g, request

from cytotheca.core.api.envelope import answer, bad_request, refusal
from cytotheca.core.domain.errors import ActionError
from cytotheca.core.http.identity import current_identity, origin_of
from cytotheca.core.http.locales import LOCALES
from cytotheca.core.runtime.calling import call_action
from cytotheca.core.runtime.site import Site

BASES: Final = ("/util", "/1/util", "/2/util")

Answer = Callable[[list[Any]], Any]


def util_blueprint(site: Site) -> Blueprint:
    """Serve ``/api/util/…``, the same under ``/api/1/util`` and ``/api/2/util``."""
    blueprint = Blueprint("util", __name__, url_prefix="/api")
    for path, (action, names, shape) in HELPERS.items():
        view = _view(site, action, names, shape)
        for base in BASES:
            blueprint.add_url_rule(f"{base}/{path}", action, view)

    @blueprint.get("/i18n/<lang>")
    def translations(lang: str) -> Response:
        if lang not in LOCALES:
            return bad_request(f"Unknown locale: {lang[:20]}")
        plain = {"domain": "ckan", "lang": lang, "plural-forms": "nplurals=2; plural=(n != 1);"}
        return answer({"": plain})

    return blueprint


def _view(
    site: Site, action: str, names: Mapping[str, str], shape: Answer
) -> Callable[[], Response]:
    def view() -> Response:
        given = {names[key]: value for key, value in request.args.items() if key in names and value}
        identity = current_identity(site)
        try:
            found = call_action(
                site,
                action,
                {"limit": DEFAULT_LIMITS[action], **given},
                user_id=identity.user_id,
                via="api",
                request_id=g.get("request_id"),
                origin=origin_of(identity),
            ).result
        except ActionError as error:
            return refusal(error.status, error.kind, error.as_json().get("message", str(error)))
        return answer(shape(found))

    view.__doc__ = f"Answer with what ``{action}`` finds."
    return view


def _result_set(key: str) -> Answer:
    """Return the shape ``{"ResultSet": {"Result": [{key: text}]}}``."""
    return lambda found: {"ResultSet": {"Result": [{key: text} for text in found]}}


def _keys(*keys: str) -> Answer:
    return lambda found: [{key: one.get(key) for key in keys} for one in found]


_GROUP_NAMES: Final = {"q": "q", "limit": "limit"}
HELPERS: Final[Mapping[str, tuple[str, Mapping[str, str], Answer]]] = {
    "dataset/autocomplete": (
        "package_autocomplete",
        {"incomplete": "q", "limit": "limit"},
        lambda found: {"ResultSet": {"Result": found}},
    ),
    "tag/autocomplete": (
        "tag_autocomplete",
        {"incomplete": "query", "limit": "limit", "vocabulary_id": "vocabulary_id"},
        _result_set("Name"),
    ),
    "resource/format_autocomplete": (
        "format_autocomplete",
        {"incomplete": "q", "limit": "limit"},
        _result_set("Format"),
    ),
    "user/autocomplete": (
        "user_autocomplete",
        {"q": "q", "limit": "limit", "ignore_self": "ignore_self"},
        _keys("id", "name", "fullname"),
    ),
    "group/autocomplete": ("group_autocomplete", _GROUP_NAMES, _keys("id", "name", "title")),
    "organization/autocomplete": (
        "organization_autocomplete",
        _GROUP_NAMES,
        _keys("id", "name", "title"),
    ),
}
"""Path → the action, its parameters by their names in the address, the answer's shape."""

DEFAULT_LIMITS: Final = {
    "package_autocomplete": 10,
    "tag_autocomplete": 10,
    "format_autocomplete": 5,
    "user_autocomplete": 20,
    "group_autocomplete": 20,
    "organization_autocomplete": 20,
}
