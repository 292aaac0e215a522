"""The envelope of the action API and its bare error strings."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from typing import Any

from flask import Response

from cytotheca.core.domain.errors import ActionError, TooManyRequests

JSON_TYPE = "application/json;charset=utf-8"


def help_url(site_url: str, name: str) -> str:
    """Return the address of an action's documentation."""
    return f"{site_url}/api/3/action/help_show?name={name}"


def answer(body: Any, status: int = 200) -> Response:
    """Return a JSON answer; numbers that are not finite never leave the site."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=str)
    response = Response(text, status=status, content_type=JSON_TYPE)
    response.headers["Cache-Control"] = "private"
    return response


def success(site_url: str, name: str, result: Any, changed: Iterable[str] = ()) -> Response:
    """Return the envelope of a success; ``result`` is there even when it is null."""
    body: dict[str, Any] = {"help": help_url(site_url, name), "success": True, "result": result}
    packages = sorted(changed)
    if packages:
        body["changed_entities"] = {"packages": packages}
    return answer(body)


def failure(site_url: str, name: str, error: ActionError) -> Response:
    """Return the envelope of a refusal."""
    body = {"help": help_url(site_url, name), "error": error.as_json(), "success": False}
    response = answer(body, error.status)
    if isinstance(error, TooManyRequests):
        response.headers["Retry-After"] = str(error.retry_after_s)
    return response


def crash(site_url: str, name: str) -> tuple[Response, str]:
    """Return the envelope of a fault of ours, and the reference that stands in the log."""
    reference = secrets.token_hex(4)
    error = {
        "__type": "Internal Server Error",
        "message": "Internal Server Error",
        "reference": reference,
    }
    body = {"help": help_url(site_url, name), "error": error, "success": False}
    return answer(body, 500), reference


def refusal(status: int, kind: str, message: str) -> Response:
    """Return an envelope for errors outside of any action (413, 405, CSRF)."""
    return answer({"success": False, "error": {"__type": kind, "message": message}}, status)


def bad_request(detail: str) -> Response:
    """Return the bare JSON string by which clients recognise a call they cannot make."""
    return answer(f"Bad request: {detail}", 400)
