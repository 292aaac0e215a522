"""The parts of the API's description that all actions share: answers, errors, credentials."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

Json = dict[str, Any]

JSON: Final = "application/json"
TEXT: Final = {"type": "string"}

REFUSALS: Final[Mapping[str, tuple[int, str]]] = {
    "BadRequest": (400, "The call cannot be made as it is written."),
    "NotAuthorized": (403, "The caller may not do this."),
    "NotFound": (404, "There is no such object, or the caller may not know of it."),
    "Invalid": (409, "A parameter is missing or not acceptable; the messages stand by its name."),
    "TooLarge": (413, "The request is larger than the site allows."),
    "TooManyRequests": (429, "Wait for as many seconds as `Retry-After` says."),
    "Fault": (500, "A fault of the site, or its search is away."),
    "NoRoom": (507, "The site has no room left for what was sent."),
}
"""Name of the shared answer → status, what it means."""

ERROR: Final[Json] = {
    "type": "object",
    "description": "`__type` says which kind of error it is; further keys are parameters with "
    "lists of messages, or `message` with one text.",
    "properties": {"__type": TEXT, "message": TEXT},
    "required": ["__type"],
}
REFUSAL: Final[Json] = {
    "type": "object",
    "properties": {
        "help": {"type": "string", "description": "Address of the action's documentation."},
        "success": {"const": False},
        "error": {"$ref": "#/components/schemas/Error"},
    },
    "required": ["success", "error"],
}
BAD_CALL: Final[Json] = {
    "type": "string",
    "description": "The action is unknown or the request cannot be decoded.",
    "pattern": "^Bad request: ",
}


def refusals() -> Json:
    """Return the shared answers of calls that fail."""
    return {name: _refusal(name, text) for name, (_, text) in REFUSALS.items()}


def _refusal(name: str, text: str) -> Json:
    envelope: Json = {"$ref": "#/components/schemas/Refusal"}
    schema = {"anyOf": [BAD_CALL, envelope]} if name == "BadRequest" else envelope
    answer: Json = {"description": text, "content": {JSON: {"schema": schema}}}
    if name == "TooManyRequests":
        answer["headers"] = {"Retry-After": {"schema": {"type": "integer"}}}
    return answer


def answers(result: Json) -> Json:
    """Return the answers of an action: its success, and the shared refusals."""
    envelope = {
        "type": "object",
        "properties": {
            "help": TEXT,
            "success": {"const": True},
            "result": result,
            "changed_entities": {"$ref": "#/components/schemas/ChangedEntities"},
        },
        "required": ["help", "success", "result"],
    }
    failed = {
        str(status): {"$ref": f"#/components/responses/{name}"}
        for name, (status, _) in REFUSALS.items()
    }
    return {"200": {"description": "Done.", "content": {JSON: {"schema": envelope}}}, **failed}


def shared_schemas() -> Json:
    """Return the schemas of the envelopes."""
    changed = {
        "type": "object",
        "description": "The ids of the datasets that the call changed.",
        "properties": {"packages": {"type": "array", "items": TEXT}},
    }
    return {"Error": ERROR, "Refusal": REFUSAL, "ChangedEntities": changed}


def credentials(header: str) -> Json:
    """Return how callers say who they are."""
    text = "An API token as it is, without a word before it (`Bearer` is understood, too)."
    return {"token": {"type": "apiKey", "in": "header", "name": header, "description": text}}
