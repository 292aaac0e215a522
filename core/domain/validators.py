"""Named validators of values, as CKAN's extensions ask for them.

A validator is called as ``f(value)``, ``f(value, context)`` or
``f(path, data, errors, context)``, by the number of its parameters. The last form
sees all values, flattened to ``{path: value}``.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import Any, Final, NoReturn, TypeAlias

Validator: TypeAlias = Callable[..., Any]
Key: TypeAlias = tuple[Any, ...]
Data: TypeAlias = MutableMapping[Key, Any]
Errors: TypeAlias = MutableMapping[Key, list[str]]

MISSING: Final = "Missing value"


class Invalid(Exception):
    """A value is refused; the validators that follow still run, on the value before."""


class StopOnError(Exception):
    """The validators that follow do not run; not necessarily because of an error."""


class Missing:
    """The type of :data:`missing`: a field was not given."""

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "missing"


missing: Final = Missing()


def is_empty(value: Any) -> bool:
    """Tell whether a value is absent, None, or an empty text or list; 0 and False are values."""
    return value is missing or value is None or value in ("", [], {})


def _refuse(errors: Errors, key: Key, text: str) -> NoReturn:
    errors.setdefault(key, []).append(text)
    raise StopOnError


def not_missing(key: Key, data: Data, errors: Errors, context: Any) -> None:
    """Require the field; it may be empty."""
    del context
    if data.get(key, missing) is missing:
        _refuse(errors, key, MISSING)


def not_empty(key: Key, data: Data, errors: Errors, context: Any) -> None:
    """Require a value that is not empty."""
    del context
    if is_empty(data.get(key, missing)):
        _refuse(errors, key, MISSING)


def if_empty_same_as(other: str) -> Validator:
    """Take the value of another field if there is none."""

    def same(key: Key, data: Data, errors: Errors, context: Any) -> None:
        del errors, context
        if is_empty(data.get(key, missing)):
            data[key] = data.get((*key[:-1], other), missing)

    return same


def both_not_empty(other: str) -> Validator:
    """Require this field and another one."""

    def both(key: Key, data: Data, errors: Errors, context: Any) -> None:
        del context
        values = (data.get(key, missing), data.get((*key[:-1], other), missing))
        if any(is_empty(value) for value in values):
            _refuse(errors, key, MISSING)

    return both


def empty(key: Key, data: Data, errors: Errors, context: Any) -> None:
    """Refuse the field, or what was not expected, if it has a value."""
    del context
    value = data.pop(key, None)
    if value:
        name = list(value) if key[-1] == "__junk" else key[-1]
        errors.setdefault(key, []).append(f"The input field {name} was not expected.")


def ignore(key: Key, data: Data, errors: Errors, context: Any) -> NoReturn:
    """Drop the field."""
    del errors, context
    data.pop(key, None)
    raise StopOnError


def ignore_missing(key: Key, data: Data, errors: Errors, context: Any) -> None:
    """Leave a field alone that was not given, or is None."""
    if data.get(key, missing) in (missing, None):
        ignore(key, data, errors, context)


def ignore_empty(key: Key, data: Data, errors: Errors, context: Any) -> None:
    """Drop a field that is empty."""
    if is_empty(data.get(key, missing)):
        ignore(key, data, errors, context)


def default(value: Any) -> Validator:
    """Give a field that is empty this value."""

    def give(key: Key, data: Data, errors: Errors, context: Any) -> None:
        del errors, context
        if is_empty(data.get(key, missing)):
            data[key] = value

    return give


def configured_default(option: str, otherwise: Any = None) -> Validator:
    """Give a field that is empty the value of a setting."""

    def give(key: Key, data: Data, errors: Errors, context: Any) -> None:
        del errors
        if is_empty(data.get(key, missing)):
            data[key] = context.site.config.get(option, otherwise)

    return give


def limit_to_configured_maximum(option: str, otherwise: int) -> Validator:
    """Bring a number down to a setting."""

    def limit(key: Key, data: Data, errors: Errors, context: Any) -> None:
        del errors
        most = int(context.site.config.get(option, otherwise))
        value = data.get(key, missing)
        if not is_empty(value) and int(value) > most:
            data[key] = most

    return limit


def keep_extras(key: Key, data: Data, errors: Errors, context: Any) -> None:
    """Keep the unknown fields, as they are."""
    del errors, context
    for name, value in data.pop(key, {}).items():
        data[(*key[:-1], name)] = value


PRESENCE: Final[dict[str, Validator]] = {
    "not_missing": not_missing,
    "not_empty": not_empty,
    "if_empty_same_as": if_empty_same_as,
    "both_not_empty": both_not_empty,
    "empty": empty,
    "ignore": ignore,
    "ignore_missing": ignore_missing,
    "ignore_empty": ignore_empty,
    "default": default,
    "configured_default": configured_default,
    "limit_to_configured_maximum": limit_to_configured_maximum,
    "keep_extras": keep_extras,
}
