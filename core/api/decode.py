"""From an HTTP request to one parameter object, in the order CKAN's clients rely on."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from flask import Request
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import RequestEntityTooLarge

from cytotheca.core.domain.json_text import BadJson, read_json
from cytotheca.core.http.requests import URLENCODED
from cytotheca.core.http.uploads import uploaded_files

MULTIPART = "multipart/form-data"
FAR_INDEX = re.compile(r"(?!update__|match__).*?__-?\d{5,}(__|$)", re.DOTALL)


class BadBody(ValueError):
    """A request that cannot be decoded; answered as a bare JSON string."""


def decode(request: Request, *, read_only: bool, max_json_bytes: int) -> dict[str, Any]:
    """Return the parameters of a call. Raises ``BadBody``."""
    if request.method == "GET":
        if not read_only:
            raise BadBody("Invalid request. Please use POST method for your request")
        return _plain(request.args)
    if request.mimetype == URLENCODED:
        return _decode_urlencoded(request, read_only=read_only, limit=max_json_bytes)
    if request.mimetype == MULTIPART:
        return {**_plain(request.form), **_files(request.files)}
    if read_only and request.args:
        return _plain(request.args)
    body = _read_body(request, max_json_bytes)
    return _parse_object(body) if body.strip() else {}


def _decode_urlencoded(request: Request, *, read_only: bool, limit: int) -> dict[str, Any]:
    """Forms, and the JSON that ``curl -d`` labels as a form."""
    body = _read_body(request, limit)
    if body.lstrip()[:1] == b"{":
        try:
            return _parse_object(body)
        except BadBody:
            if b"=" not in body:
                raise
    fields = list(request.form.items(multi=True))
    if len(fields) == 1 and fields[0][1] in ("", "1"):
        return _parse_object(fields[0][0].encode())
    if fields:
        return _plain(request.form)
    if read_only and request.args:
        return _plain(request.args)
    return {}


def _read_body(request: Request, limit: int) -> bytes:
    """Return the body; it stays readable as a form. Raises 413 beyond the limit."""
    if (request.content_length or 0) > limit:
        raise RequestEntityTooLarge
    request.max_content_length = limit
    return request.get_data(cache=True, parse_form_data=False)


def _parse_object(body: bytes) -> dict[str, Any]:
    try:
        data = read_json(body)
    except BadJson as error:
        raise BadBody(f"Error decoding JSON data. {error}") from None
    if not isinstance(data, dict):
        shown = json.dumps(data)[:200]
        raise BadBody(f"Request data JSON decoded to {shown} but it needs to be a dictionary.")
    return data


def _plain(fields: MultiDict[str, str]) -> dict[str, Any]:
    """Return fields as texts; a repeated one as a list of texts.

    Raises ``BadBody`` if a field has no name, or belongs to an item that no list is
    long enough to have.
    """
    for key in fields:
        if not isinstance(key, str):
            raise BadBody("A part of the form has no name")
        if FAR_INDEX.match(key):
            raise BadBody(f"Field {key[:100]!r}: the index is too large")
    return {key: values[0] if len(values) == 1 else values for key, values in fields.lists()}


def _files(files: MultiDict[str, FileStorage]) -> Mapping[str, Any]:
    """Return the uploaded files under their field names."""
    if not all(isinstance(key, str) for key in files):
        raise BadBody("A part of the form has no name")
    return uploaded_files(files)
