"""Errors of actions, as forms show them beside their fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cytotheca.core.domain.errors import summarize


def messages_of(errors: Mapping[str, Any]) -> dict[str, str]:
    """Return field → one sentence; ``message`` is about the form as a whole."""
    return {field: summarize({"message": value}) for field, value in errors.items()}
