"""Base of all parameter models, and field types that actions share.

Values from forms and query strings are texts, so the models accept texts for
numbers and truth values; inside, the types are strict.
"""

from __future__ import annotations

import re
from typing import Annotated, Any

from email_validator import EmailNotValidError, validate_email
from email_validator.rfc_constants import EMAIL_MAX_LENGTH
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from cytotheca.core.domain.json_text import BadJson, read_json
from cytotheca.core.settings.declare import FALSE, TRUE

_LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
HTML_ADDRESS = re.compile(rf"[a-zA-Z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{_LABEL}(?:\.{_LABEL})*")
"""Source: HTML Standard, "Valid email address"."""

MISSING = "Missing value"
MAX_WORDS_CHARACTERS = 1000
MAX_ITEMS = 10_000  # of lists whose items become parameters of one statement
MOST = 2**31 - 1  # of what can be counted or skipped; more than a database takes is an error there


def problem(text: str) -> PydanticCustomError:
    """Return an error whose message is exactly ``text``."""
    return PydanticCustomError("cytotheca", "{text}", {"text": text})


class Params(BaseModel):
    """Parameters of an action; unexpected ones are dropped silently."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True, frozen=True)


def email_address(text: str) -> str:
    """Return an e-mail address: what HTML takes for one, or an international one.

    The library alone would refuse those of a house's own network (``ada@lab.local``).
    """
    address = text.strip()
    if len(address) <= EMAIL_MAX_LENGTH and HTML_ADDRESS.fullmatch(address):
        name, _, domain = address.rpartition("@")
        return f"{name}@{domain.lower()}"
    try:
        return validate_email(address, check_deliverability=False).normalized
    except EmailNotValidError:
        raise problem(f"Email {text} is not a valid format") from None


def _not_empty(value: Any) -> Any:
    if value is None or value == "" or isinstance(value, (dict, list)):
        raise problem(MISSING)
    return value


def _lenient_bool(value: Any) -> bool:
    """Return the truth value; what cannot be understood counts as false."""
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in TRUE:
        return True
    if word in FALSE or value is None:
        return False
    return False


def _truth(value: Any) -> bool:
    """Return the truth value; what is none is an error, where a guess could open something."""
    word = str("" if value is None else value).strip().lower()
    if value is not True and word not in {*TRUE, *FALSE, ""}:
        raise problem("Must be true or false")
    return word in TRUE


def _natural(value: Any) -> Any:
    if isinstance(value, str):
        value = value.strip()
    try:
        number = int(value)
    except (TypeError, ValueError):
        raise problem("Invalid integer") from None
    if number < 0:
        raise problem("Must be a natural number")
    return min(number, MOST)


def _optional_natural(value: Any) -> Any:
    return None if value is None or value == "" else _natural(value)


def _json_list(value: Any) -> Any:
    if isinstance(value, str):
        try:
            value = read_json(value)
        except BadJson:
            raise problem("Could not parse as valid JSON") from None
    if not isinstance(value, list):
        raise problem("Not a list")
    return value


def _words(value: Any) -> Any:
    if isinstance(value, str):
        text = value.strip()
        return read_json(text) if text.startswith("[") else text.replace(",", " ").split()
    return value


Ref = Annotated[str, BeforeValidator(_not_empty), Field(max_length=1000)]
"""An id or a name; required and not empty."""

LenientBool = Annotated[bool, BeforeValidator(_lenient_bool)]
"""A truth value in any spelling; what cannot be understood is false."""

Truth = Annotated[bool, BeforeValidator(_truth)]
"""A truth value in any usual spelling; empty is false, and anything else an error."""

Natural = Annotated[int, BeforeValidator(_natural)]
"""An integer of at least 0, also as text."""

OptionalNatural = Annotated[int | None, BeforeValidator(_optional_natural)]
"""An integer of at least 0, or nothing."""

JsonList = Annotated[list[Any], BeforeValidator(_json_list)]
"""A list, or its JSON text."""

Words = Annotated[str, Field(max_length=MAX_WORDS_CHARACTERS)]
"""A text that is looked for in columns; databases refuse long patterns."""

WordList = Annotated[list[str], BeforeValidator(_words)]
"""A list of words, its JSON text, or words separated by blanks or commas."""


class IdParams(Params):
    """Only ``id``: an id, or a name where names exist."""

    id: Ref


class NoParams(Params):
    """No parameters."""
