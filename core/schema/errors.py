"""Turns Pydantic's errors into the shapes that CKAN's clients expect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pydantic

from cytotheca.core.domain.errors import ValidationError

TEXTS: Mapping[str, str] = {
    "missing": "Missing value",
    "int_parsing": "Invalid integer",
    "int_type": "Invalid integer",
    "int_from_float": "Invalid integer",
    "float_parsing": "Invalid number",
    "float_type": "Invalid number",
    "bool_parsing": "Must be true or false",
    "bool_type": "Must be true or false",
    "string_type": "Must be a text",
    "list_type": "Must be a list",
    "dict_type": "Must be an object",
    "model_type": "Must be an object",
    "datetime_parsing": "Date format incorrect",
    "datetime_from_date_parsing": "Date format incorrect",
    "datetime_type": "Date format incorrect",
}

Errors = dict[str, Any]


def shape(error: pydantic.ValidationError, lengths: Mapping[str, int] | None = None) -> Errors:
    """Return messages by field; list fields as objects aligned with the input.

    ``lengths`` tells how many items a list field had.
    """
    errors: Errors = {}
    for item in error.errors(include_url=False):
        message = TEXTS.get(item["type"], item["msg"])
        _place(errors, item["loc"], message, lengths or {})
    return errors


def as_validation_error(
    error: pydantic.ValidationError, lengths: Mapping[str, int] | None = None
) -> ValidationError:
    """Return the refusal for a failed model; what concerns no field is one text."""
    errors = shape(error, lengths)
    if isinstance(errors.get("message"), list):
        errors["message"] = "; ".join(errors["message"])
    return ValidationError(errors)


def merge(first: Errors, second: Errors) -> Errors:
    """Return both error objects in one; messages of a field are joined."""
    merged = dict(first)
    for field, value in second.items():
        have = merged.get(field)
        if isinstance(have, list) and isinstance(value, list):
            merged[field] = _merge_lists(have, value)
        elif have is None:
            merged[field] = value
    return merged


def key_problems(keys: Sequence[Any], taken: Collection[str]) -> Errors:
    """Return what is wrong with the keys of free extras: doubled, or a field's name.

    What is no text is none of this function's business.
    """
    errors: Errors = {}
    counts = Counter(key for key in keys if isinstance(key, str))
    doubled = sorted(key for key, count in counts.items() if count > 1)
    if doubled:
        errors["extras_validation"] = [f'Duplicate key "{key}"' for key in doubled]
    if any(key in taken for key in counts):
        text = ["There is a schema field with the same name"]
        errors["extras"] = [
            {"key": text} if isinstance(key, str) and key in taken else {} for key in keys
        ]
    return errors


def _merge_lists(first: Sequence[Any], second: Sequence[Any]) -> list[Any]:
    if not any(isinstance(item, dict) for item in (*first, *second)):
        return [*first, *second]
    size = max(len(first), len(second))
    padded = [
        [item if isinstance(item, dict) else {} for item in side] + [{}] * (size - len(side))
        for side in (first, second)
    ]
    return [merge(one, two) for one, two in zip(*padded, strict=True)]


def _place(
    errors: Errors, loc: tuple[int | str, ...], message: str, lengths: Mapping[str, int]
) -> None:
    field = str(loc[0]) if loc else "message"
    if len(loc) < 2 or not isinstance(loc[1], int):  # noqa: PLR2004 - field, index
        _append(errors, field, message)
        return
    if field == "tags":
        _append(errors, field, message)
        return
    index = loc[1]
    items = errors.setdefault(field, [{} for _ in range(lengths.get(field, index + 1))])
    while len(items) <= index:
        items.append({})
    if isinstance(items[index], dict):
        _append(items[index], str(loc[2]) if len(loc) > 2 else "message", message)  # noqa: PLR2004


def _append(errors: Errors, field: str, message: str) -> None:
    have = errors.setdefault(field, [])
    if message not in have:
        have.append(message)
