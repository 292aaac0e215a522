"""The OpenAPI document of a site: one path for each of its actions, generated."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import version
from typing import Any, Final

from flask import Blueprint, Response, request

from cytotheca.core.actions.description_schemas import Schema, Schemas, collect_schemas
from cytotheca.core.actions.descriptions import Description, describe_all
from cytotheca.core.api.envelope import JSON_TYPE
from cytotheca.core.api.openapi_answers import (
    JSON,
    answers,
    credentials,
    refusals,
    shared_schemas,
)
from cytotheca.core.runtime.site import Site
from cytotheca.core.settings.site import AuthSettings, SiteSettings

OPENAPI: Final = "3.1.0"
ABOUT: Final = (
    "Every action answers POST with its parameters as a JSON object; those that only read "
    "answer GET, too, with the parameters in the address. Forms are understood as well; they "
    "are needed to send files. `/api/action/NAME` is the same as `/api/3/action/NAME`. "
    "`RateLimit-Remaining` and `RateLimit-Reset` of each answer tell how many calls are left, and "
    "for how many seconds. A call that changes something may carry an `Idempotency-Key` of its "
    "own: sent again within a day it is not done again, and answered as the first time."
)

Json = dict[str, Any]


def openapi_blueprint(site: Site) -> Blueprint:
    """Serve ``/api/openapi.json``; the actions of a site are fixed while it runs."""
    blueprint = Blueprint("openapi", __name__, url_prefix="/api")

    @cache
    def written() -> tuple[str, str]:
        text = json.dumps(document(site), ensure_ascii=False, separators=(",", ":"))
        return text, hashlib.sha256(text.encode()).hexdigest()[:32]

    @blueprint.get("/openapi.json")
    def openapi() -> Response:
        text, digest = written()
        response = Response(text, content_type=JSON_TYPE)
        response.set_etag(digest)
        response.headers["Cache-Control"] = "public, max-age=300"
        response.make_conditional(request)
        return response

    return blueprint


def document(site: Site) -> Json:
    """Return the OpenAPI document of a site."""
    settings = site.settings(SiteSettings)
    descriptions = describe_all(site.actions)
    schemas = collect_schemas(descriptions)
    return {
        "openapi": OPENAPI,
        "info": {
            "title": f"{settings.site_title}: actions",
            "version": version("cytotheca"),
            "description": ABOUT,
        },
        "servers": [{"url": settings.site_url}],
        "tags": [{"name": name} for name in sorted({one.subject for one in descriptions})],
        "paths": {f"/api/3/action/{one.name}": _path(one, schemas) for one in descriptions},
        "components": {
            "schemas": {**schemas.shared, **shared_schemas()},
            "responses": refusals(),
            "securitySchemes": credentials(site.settings(AuthSettings).token_header),
        },
    }


def _path(one: Description, schemas: Schemas) -> Json:
    post = {**_operation(one, schemas, one.name), "requestBody": _body(one, schemas)}
    if not one.answers_get:
        return {"post": post}
    operation = _operation(one, schemas, f"{one.name}_get")
    return {"get": {**operation, "parameters": _query(one, schemas)}, "post": post}


def _operation(one: Description, schemas: Schemas, operation_id: str) -> Json:
    token: Sequence[Mapping[str, Any]] = [{"token": []}]
    return {
        "operationId": operation_id,
        "tags": [one.subject],
        "summary": one.summary,
        "description": one.text,
        "security": token if one.needs_account else [{}, *token],
        "responses": answers(schemas.results[one.name]),
    }


def _body(one: Description, schemas: Schemas) -> Json:
    schema = schemas.params[one.name]
    sent: Json = {"schema": schema}
    if one.example:
        sent["example"] = one.example
    content = {JSON: sent}
    if schemas.uploads(one.name):
        content["multipart/form-data"] = {"schema": schema}
    return {"required": bool(schemas.required(one.name)), "content": content}


def _query(one: Description, schemas: Schemas) -> Sequence[Json]:
    """Return the parameters of a GET request; what has structure is only for POST."""
    required = set(schemas.required(one.name))
    found = []
    for name, schema in schemas.properties(one.name).items():
        if _fits_in_query(schema, schemas):
            parameter: Json = {
                "name": name,
                "in": "query",
                "required": name in required,
                "schema": schema,
            }
            if name in one.example:
                parameter["example"] = one.example[name]
            found.append(parameter)
    return found


def _fits_in_query(schema: Schema, schemas: Schemas) -> bool:
    kinds = [schemas.resolve(one) for one in schema.get("anyOf", [schema])]
    flat = [one.get("items", one) if one.get("type") == "array" else one for one in kinds]
    return all(schemas.resolve(one).get("type") != "object" for one in flat)
