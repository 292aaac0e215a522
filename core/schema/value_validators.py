"""Named validators that convert and judge single values."""

from __future__ import annotations

import json
from collections.abc import Container, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from dateutil.parser import isoparse
from pydantic_core import PydanticCustomError

from cytotheca.core.domain.identifiers import canonical_uuid, name_problem
from cytotheca.core.domain.json_text import BadJson, read_json
from cytotheca.core.domain.validators import Invalid, Validator, is_empty, missing
from cytotheca.core.schema.dataset import tag_problem
from cytotheca.core.schema.params import email_address
from cytotheca.core.settings.declare import TRUE

TAG_LENGTHS: Final = (2, 100)


def unicode_safe(value: Any) -> Any:
    """Return a text, whatever it was."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if value is missing or isinstance(value, str):
        return value
    return json.dumps(value) if isinstance(value, (list, dict)) else str(value)


def unicode_only(value: Any) -> Any:
    """Refuse what is no text."""
    if not isinstance(value, str):
        raise Invalid("Must be a Unicode string value")
    return value


def int_validator(value: Any) -> int | None:
    """Return a whole number, also from a text; None if empty."""
    if is_empty(value) or (isinstance(value, str) and not value.strip()):
        return None
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        raise Invalid("Invalid integer") from None
    if isinstance(value, float) and number != value:
        raise Invalid("Invalid integer")
    return number


def natural_number_validator(value: Any) -> int | None:
    """Return a whole number of at least 0."""
    number = int_validator(value)
    if number is not None and number < 0:
        raise Invalid("Must be a natural number")
    return number


def is_positive_integer(value: Any) -> int | None:
    """Return a whole number of at least 1."""
    number = int_validator(value)
    if number is not None and number < 1:
        raise Invalid("Must be a positive integer")
    return number


def boolean_validator(value: Any) -> bool:
    """Return a truth value; what cannot be understood is false."""
    return value if isinstance(value, bool) else str(value).strip().lower() in TRUE


def isodate(value: Any) -> datetime | None:
    """Return a time from its ISO text."""
    if isinstance(value, datetime):
        return value
    if is_empty(value):
        return None
    try:
        return isoparse(str(value))
    except ValueError:
        raise Invalid("Date format incorrect") from None


def json_object(value: Any) -> Any:
    """Require an object, or the JSON text of one."""
    if is_empty(value):
        return None
    read = convert_to_json_if_string(value)
    if not isinstance(read, Mapping):
        raise Invalid("The value should be a valid JSON object")
    return value


def convert_to_json_if_string(value: Any) -> Any:
    """Return what a JSON text says; other values stay."""
    if not isinstance(value, str):
        return value
    try:
        return read_json(value)
    except BadJson:
        raise Invalid("Could not parse as valid JSON") from None


def convert_to_list_if_string(value: Any) -> Any:
    """Return a list of one for a text; other values stay."""
    return [value] if isinstance(value, str) else value


def list_of_strings(value: Any) -> Any:
    """Require a list of texts."""
    if not isinstance(value, list):
        raise Invalid("Not a list")
    if not all(isinstance(item, str) for item in value):
        raise Invalid("Not a list of strings")
    return value


def extras_valid_json(value: Any) -> Any:
    """Refuse what cannot be written as JSON."""
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError):
        raise Invalid("Could not parse as valid JSON") from None
    return value


def one_of(choices: Container[Any]) -> Validator:
    """Require one of some values."""

    def check(value: Any) -> Any:
        if value not in choices:
            shown = list(choices) if isinstance(choices, Sequence | set | frozenset) else choices
            raise Invalid(f"Value must be one of {shown}")
        return value

    return check


def starts_with(prefix: str) -> Validator:
    """Require a text that begins with another."""

    def check(value: Any) -> Any:
        if not str(value).startswith(prefix):
            raise Invalid(f"Must start with {prefix}")
        return value

    return check


def url_validator(value: Any) -> Any:
    """Require a web address, if there is a value."""
    if is_empty(value):
        return value
    try:
        parts = urlsplit(str(value))
        good = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        good = False
    if not good:
        raise Invalid("Please provide a valid URL")
    return value


def email_validator(value: Any) -> Any:
    """Require an e-mail address, if there is a value."""
    try:
        return value if is_empty(value) else email_address(str(value))
    except PydanticCustomError as error:
        raise Invalid(error.message()) from None


def uuid_validator(value: Any) -> str:
    """Require a UUID."""
    found = canonical_uuid(value) if isinstance(value, str) else None
    if found is None:
        raise Invalid("Invalid id provided")
    return found


def name_validator(value: Any) -> str:
    """Require what can be a name in addresses."""
    if not isinstance(value, str):
        raise Invalid("Names must be strings")
    wrong = name_problem(value)
    if wrong:
        raise Invalid(wrong)
    return value


def tag_length_validator(value: Any) -> Any:
    """Require the length of a keyword."""
    if not TAG_LENGTHS[0] <= len(value) <= TAG_LENGTHS[1]:
        raise Invalid(tag_problem(value))
    return value


def tag_name_validator(value: Any) -> Any:
    """Require the characters of a keyword."""
    if not all(char.isalnum() or char in " -_." for char in value):
        raise Invalid(tag_problem(value))
    return value


VALUES: Final[dict[str, Validator]] = {
    function.__name__: function
    for function in (
        unicode_safe, unicode_only, int_validator, natural_number_validator, is_positive_integer,
        boolean_validator, isodate, json_object, convert_to_json_if_string,
        convert_to_list_if_string, list_of_strings, extras_valid_json, one_of, starts_with,
        url_validator, email_validator, uuid_validator, name_validator, tag_length_validator,
        tag_name_validator,
    )
}  # fmt: skip
