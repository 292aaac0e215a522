"""Refusals that a caller can understand; each protocol's adapter maps them once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

ErrorDict = Mapping[str, Any]


class ActionError(Exception):
    """A refusal the caller can understand; never a fault of ours."""

    status: ClassVar[int] = 500
    kind: ClassVar[str] = "Internal Server Error"
    prefix: ClassVar[str] = "Internal Server Error"

    def as_json(self) -> dict[str, Any]:
        """Return the ``error`` object of the action API's envelope."""
        detail = str(self)
        message = f"{self.prefix}: {detail}" if detail else self.prefix
        return {"__type": self.kind, "message": message}


class ValidationError(ActionError):
    """Input that cannot be accepted; carries messages by field.

    ``errors`` maps a field to a list of messages or, for list fields, to a
    list of objects aligned with the input. A plain string becomes ``message``.
    """

    status, kind, prefix = 409, "Validation Error", "Validation error"

    def __init__(self, errors: ErrorDict | str) -> None:
        self.errors: dict[str, Any] = (
            {"message": errors} if isinstance(errors, str) else dict(errors)
        )
        super().__init__(summarize(self.errors))

    def as_json(self) -> dict[str, Any]:
        """Return the messages by field, with the type of the error."""
        return {"__type": self.kind, **self.errors}


class NotAuthorized(ActionError):
    """The caller may not do this."""

    status, kind, prefix = 403, "Authorization Error", "Access denied"


class NotFound(ActionError):
    """No such object, or the caller may not know that it exists."""

    status, kind, prefix = 404, "Not Found Error", "Not found"


class SearchQueryError(ActionError):
    """A search parameter is unknown or invalid."""

    status, kind, prefix = 400, "Search Query Error", "Search Query is invalid"

    def as_json(self) -> dict[str, Any]:
        """Return the message in the quoted form that clients parse."""
        return {"__type": self.kind, "message": f"{self.prefix}: {str(self)!r}"}


class SearchError(ActionError):
    """The search engine cannot run the query."""

    status, kind, prefix = 409, "Search Error", "Search error"

    def as_json(self) -> dict[str, Any]:
        """Return the message in the quoted form that clients parse."""
        return {"__type": self.kind, "message": f"{self.prefix}: {str(self)!r}"}


class SearchUnavailable(ActionError):
    """The search engine does not answer; everything else still works."""

    status, kind, prefix = 500, "Search Connection Error", "Search unavailable"

    def as_json(self) -> dict[str, Any]:
        """Return the fixed text; back-end addresses stay in the log."""
        return {"__type": self.kind, "message": "Unable to connect to the search server"}


class IntegrityError(ActionError):
    """A nested form key that cannot be understood."""

    status, kind, prefix = 400, "Integrity Error", "Integrity error"


class InsufficientStorage(ActionError):
    """The store has no room for the upload."""

    status, kind, prefix = 507, "Insufficient Storage", "Insufficient storage"


class TooManyRequests(ActionError):
    """The caller has to wait before it tries again."""

    status, kind, prefix = 429, "Too Many Requests", "Too many requests"

    def __init__(self, text: str, *, retry_after_s: int) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(text)

    def as_json(self) -> dict[str, Any]:
        """Return the message, and for how long to wait."""
        return {**super().as_json(), "retry_after": self.retry_after_s}


class UnknownAction(ActionError):
    """There is no action of this name; answered as a bare JSON string."""

    status = 400


def summarize(errors: ErrorDict) -> str:
    """Return the messages of an error dictionary as one line of text."""
    parts: list[str] = []
    for field, value in errors.items():
        text = "; ".join(_texts(value))
        if text:
            parts.append(text if field == "message" else f"{field}: {text}")
    return " | ".join(parts)


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [summarize(value)] if value else []
    if isinstance(value, Sequence):
        return [text for item in value for text in _texts(item)]
    return [str(value)]
