"""Conditions on exact values, dates and numbers."""

# ruff: noqa: S608  # SQL is put together from constants only; what clients say is bound
from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cytotheca.core.domain.errors import SearchError
from cytotheca.core.search.conditions import ALWAYS, NEVER, Condition, Sql, Value, doc_in
from cytotheca.core.search.dates import BadDate, parse_period, to_microseconds
from cytotheca.core.search.dois import find_doi
from cytotheca.core.search.fields import SHELF_FIELDS
from cytotheca.core.search.folding import fold, normalize_exact
from cytotheca.core.search.patterns import Pattern

DATE_COLUMNS: Final = ("metadata_created", "metadata_modified")
_FIELD_ID: Final = "(SELECT id FROM field WHERE name = ?)"
_TERMS: Final = f"SELECT doc FROM term WHERE field = {_FIELD_ID}"
_NUMBERS: Final = f"SELECT doc FROM number WHERE field = {_FIELD_ID}"
_AFTER_ALL: Final = "\U0010ffff"
_SHORTEST_DIGEST, _SHA256_LENGTH = 8, 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The ends of a range; None is open."""

    low: str | None = None
    high: str | None = None
    include_low: bool = True
    include_high: bool = True


def equals(field: str, value: str) -> Condition:
    """Return the condition that an exact field has a value."""
    value = normalize_exact(value)
    if field in SHELF_FIELDS:
        sql = f"+d.shelf IN (SELECT id FROM shelf WHERE {field} = ?)"
        return Condition(Sql(sql, (value,)), by_shelf=True)
    if field in ("doi", "references_doi"):
        value = find_doi(value) or value.lower()
    if field == "sha256":
        return digest_starts(value.lower())
    return doc_in(f"{_TERMS} AND value = ?", field, value)


def digest_starts(prefix: str) -> Condition:
    """Return the condition that a file's SHA-256 begins so."""
    if not is_digest(prefix):
        return NEVER
    return doc_in(f"{_TERMS} AND value >= ? AND value < ?", "sha256", prefix, prefix + _AFTER_ALL)


def is_digest(word: str) -> bool:
    """Tell whether a word may be the beginning of a SHA-256."""
    return _SHORTEST_DIGEST <= len(word) <= _SHA256_LENGTH and set(word) <= set("0123456789abcdef")


def is_one_of(field: str, values: Sequence[str]) -> Condition:
    """Return the condition that an exact field has one of the values."""
    if not values:
        return NEVER
    marks = ", ".join("?" * len(values))
    return doc_in(f"{_TERMS} AND value IN ({marks})", field, *map(normalize_exact, values))


def matches(field: str, pattern: Pattern) -> Condition:
    """Return the condition that an exact field matches a wildcard pattern."""
    prefix = normalize_exact(pattern.prefix)
    return doc_in(
        f"{_TERMS} AND value >= ? AND value < ? AND value GLOB ?",
        *(field, prefix, prefix + _AFTER_ALL, normalize_exact(pattern.glob)),
    )


def has_term(field: str) -> Condition:
    """Return the condition that an exact field has a value at all."""
    return ALWAYS if field in (*SHELF_FIELDS, "id", "name", "index_id") else doc_in(_TERMS, field)


def has_number(field: str) -> Condition:
    """Return the condition that a date or number is known."""
    if field in DATE_COLUMNS:
        return ALWAYS
    return doc_in(_NUMBERS, field)


def title_equals(value: str) -> Condition:
    """Return the condition that the title is this, but for case and accents."""
    return Condition(Sql("d.title_string = ?", (fold(value),)))


def in_text_range(field: str, bounds: Bounds) -> Condition:
    """Return the condition that an exact value lies in a range, letter by letter."""
    low = None if bounds.low is None else normalize_exact(bounds.low)
    high = None if bounds.high is None else normalize_exact(bounds.high)
    clause = _range("value", low, high, bounds)
    return doc_in(f"{_TERMS}{clause.text}", field, *clause.values)


def in_date_range(field: str, bounds: Bounds, now: datetime) -> Condition:
    """Return the condition that a date lies in a range.

    A bound may name a whole day, month or year: an included one is part of
    the range, an excluded one is not. Raises ``SearchError``.
    """
    low = high = None
    if bounds.low is not None:
        low = _period(bounds.low, now)[0 if bounds.include_low else 1]
    if bounds.high is not None:
        high = _period(bounds.high, now)[1 if bounds.include_high else 0]
    return _number_range(field, low, high, bounds)


def in_number_range(field: str, bounds: Bounds) -> Condition:
    """Return the condition that a number lies in a range. Raises ``SearchError``."""
    low, high = (None if b is None else _number(b) for b in (bounds.low, bounds.high))
    return _number_range(field, low, high, bounds)


def find_number(text: str) -> float | None:
    """Return the finite number that ``text`` spells, if any."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _number(text: str) -> float:
    number = find_number(text)
    if number is None:
        raise SearchError(f"{text!r} is not a number.")
    return number


def _period(text: str, now: datetime) -> tuple[int, int]:
    try:
        first, last = parse_period(text, now)
    except BadDate as error:
        raise SearchError(f"{text!r} is not a date like 2026-01-31T00:00:00Z.") from error
    return to_microseconds(first), to_microseconds(last)


def _number_range(field: str, low: Value | None, high: Value | None, bounds: Bounds) -> Condition:
    if field in DATE_COLUMNS:
        clause = _range(f"d.{field}", low, high, bounds)
        return Condition(Sql(f"(1{clause.text})", clause.values))
    clause = _range("value", low, high, bounds)
    return doc_in(f"{_NUMBERS}{clause.text}", field, *clause.values)


def _range(column: str, low: Value | None, high: Value | None, bounds: Bounds) -> Sql:
    text = ""
    values: tuple[Value, ...] = ()
    if low is not None:
        text, values = f" AND {column} {'>=' if bounds.include_low else '>'} ?", (low,)
    if high is not None:
        text += f" AND {column} {'<=' if bounds.include_high else '<'} ?"
        values = (*values, high)
    return Sql(text, values)
