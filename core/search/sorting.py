"""The ``sort`` parameter."""

# ruff: noqa: S608  # SQL is put together from constants only; what clients say is bound
from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cytotheca.core.domain.errors import SearchQueryError
from cytotheca.core.search.conditions import Sql
from cytotheca.core.search.fields import FIELDS, SORT_ALIASES, Kind, kind_of

_CLAUSE: Final = re.compile(r"\s*(?P<field>[^\s,]+)(?:\s+(?P<order>asc|desc))?\s*", re.IGNORECASE)
COLUMNS: Final = ("id", "name", "title_string", "metadata_created", "metadata_modified")
_DEFAULT: Final = "score desc, metadata_modified desc"
_MAX_KEYS: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class SortKey:
    """A field to sort by."""

    field: str
    descending: bool


def parse_sort(text: str) -> list[SortKey]:
    """Read ``field asc|desc, …``; empty and ``rank`` are by relevance, then by change.

    Raises ``SearchQueryError`` if it does not parse. Whether an unnamed field
    exists only the index knows: see ``is_known``.
    """
    if text.strip().lower() in ("", "rank"):
        text = _DEFAULT
    keys: list[SortKey] = []
    for part in text.split(","):
        clause = _CLAUSE.fullmatch(part)
        if clause is None or len(keys) == _MAX_KEYS:
            raise SearchQueryError('Invalid "sort" parameter')
        field = SORT_ALIASES.get(clause["field"], clause["field"])
        keys.append(SortKey(field=field, descending=(clause["order"] or "asc").lower() == "desc"))
    return keys


def is_known(field: str) -> bool:
    """Tell whether every index can sort by the field. Raises if none ever can."""
    if field in ("score", *COLUMNS):
        return True
    if kind_of(field) in (Kind.TEXT, Kind.WORDS, Kind.INFIX, Kind.STORED):
        raise SearchQueryError('Invalid "sort" parameter')
    return field in FIELDS


def order_by(keys: Sequence[SortKey], score: str | None) -> Sql:
    """Return the ORDER BY of ``d``; the id decides at last.

    ``score`` is its SQL, None if all are equally relevant.
    """
    parts: list[str] = []
    values: list[str] = []
    for key in keys:
        direction = "DESC" if key.descending else "ASC"
        if key.field == "score":
            parts += [f"{score} {direction}"] if score else []
        elif key.field in COLUMNS:
            parts.append(f"d.{key.field} {direction}")
        else:
            parts.append(f"{_ANY_VALUE} IS NULL, {_ANY_VALUE} {direction}")
            values += [key.field] * 4
    return Sql(", ".join([*parts, "d.id"]), tuple(values))


_FIELD_ID: Final = "(SELECT id FROM field WHERE name = ?)"
_ANY_VALUE: Final = (
    f"coalesce((SELECT min(value) FROM number WHERE doc = d.doc AND field = {_FIELD_ID}),"
    f" (SELECT min(value) FROM term WHERE doc = d.doc AND field = {_FIELD_ID}))"
)
