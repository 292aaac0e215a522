"""The page that documents every action of the site."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import Any, Final

from flask import Blueprint, Response, request

from cytotheca.core.actions.description_schemas import Schemas, collect_schemas
from cytotheca.core.actions.descriptions import Description, describe_all
from cytotheca.core.runtime.site import Site
from cytotheca.core.settings.site import AuthSettings, SiteSettings
from cytotheca.core.web.page_reading import show

KINDS: Final = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "array": "list",
    "object": "object",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A parameter as the page tells of it."""

    name: str
    kind: str
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentedAction:
    """An action as the page tells of it."""

    about: Description
    parameters: Sequence[Parameter]
    curl: str
    python: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiDocsPage:
    """Variables of ``home/api_docs.html``; ``subjects`` maps what actions are about to them.

    ``only`` is the one subject that is wanted, if not all are.
    """

    subjects: Mapping[str, Sequence[DocumentedAction]]
    count: int
    token_header: str
    only: str = ""


def api_docs_blueprint(site: Site) -> Blueprint:
    """Serve ``/api/docs``, or ``?subject=`` one part of it.

    The actions of a site are fixed while it runs.
    """
    blueprint = Blueprint("api_docs", __name__)

    @cache
    def page() -> ApiDocsPage:
        return api_docs_page(site)

    @blueprint.get("/api/docs", strict_slashes=False)
    def index() -> Response:
        whole = page()
        subject = request.args.get("subject", "")
        if subject not in whole.subjects:
            return show("home/api_docs.html", whole)
        return show("home/api_docs.html", replace(whole, only=subject))

    return blueprint


def api_docs_page(site: Site) -> ApiDocsPage:
    """Return the variables of the page."""
    site_url = site.settings(SiteSettings).site_url
    header = site.settings(AuthSettings).token_header
    descriptions = describe_all(site.actions)
    schemas = collect_schemas(descriptions)
    by_subject = sorted(descriptions, key=attrgetter("subject"))
    return ApiDocsPage(
        subjects={
            subject: [_documented(one, schemas, site_url, header) for one in found]
            for subject, found in groupby(by_subject, key=attrgetter("subject"))
        },
        count=len(descriptions),
        token_header=header,
    )


def _documented(one: Description, schemas: Schemas, site_url: str, header: str) -> DocumentedAction:
    required = schemas.required(one.name)
    return DocumentedAction(
        about=one,
        parameters=[
            Parameter(name=name, kind=kind_of(schemas.resolve(schema)), required=name in required)
            for name, schema in schemas.properties(one.name).items()
        ],
        curl=curl_of(one, site_url, header),
        python=python_of(one, site_url),
    )


def kind_of(schema: Mapping[str, Any]) -> str:
    """Return what a parameter is, in words; nothing if it may be anything."""
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    if "contentMediaType" in schema:
        return "file"
    kinds = schema.get("anyOf", [schema])
    words = [KINDS[one["type"]] for one in kinds if one.get("type") in KINDS]
    return " or ".join(dict.fromkeys(words))


def curl_of(one: Description, site_url: str, header: str) -> str:
    """Return a command that calls an action with its example."""
    token = [f'-H "{header}: $TOKEN"'] if one.needs_account else []
    body = shlex.quote(json.dumps(one.example, ensure_ascii=False))
    words = [
        f"curl {site_url}/api/3/action/{one.name}",
        *token,
        "-H 'Content-Type: application/json'",
        f"-d {body}",
    ]
    return " \\\n  ".join(words)


def python_of(one: Description, site_url: str) -> str:
    """Return lines of Python that call an action with its example by ckanapi."""
    token = ", apikey=token" if one.needs_account else ""
    if all(key.isidentifier() for key in one.example):
        given = ", ".join(f"{key}={value!r}" for key, value in one.example.items())
        call = f"site.action.{one.name}({given})"
    else:
        call = f'site.call_action("{one.name}", {dict(one.example)!r})'
    return f'site = ckanapi.RemoteCKAN("{site_url}"{token})\n{call}'
