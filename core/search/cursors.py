"""Cursors: walk through all that a query finds, at the same cost for each page.

A cursor holds the sort values of the last dataset of a page, and the next page begins behind them.
Datasets that come, go or change meanwhile therefore never shift the pages, as they do with an
offset. It holds nothing that its reader has not seen in that dataset, and grants nothing.
"""

# SQL is put together from constants only; what clients say is bound
from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from typing import Final

from cytotheca.core.domain.errors import SearchQueryError
from cytotheca.core.search.conditions import Sql
from cytotheca.core.search.sorting import COLUMNS, SortKey

BEGINNING: Final = "*"
_TIES: Final = SortKey(field="id", descending=False)
_WALKABLE: Final = ", ".join("title" if name == "title_string" else name for name in COLUMNS)

Values = tuple[str | int, ...]


def walked_keys(keys: Sequence[SortKey]) -> list[SortKey]:
    """Return the keys of a walk, which end in the id. Raises for a sort that none can follow."""
    if any(key.field not in COLUMNS for key in keys):
        raise SearchQueryError(f"With a cursor, 'sort' may name: {_WALKABLE}.")
    until_id = next((n for n, key in enumerate(keys) if key.field == "id"), None)
    return [*keys, _TIES] if until_id is None else list(keys[: until_id + 1])


def write_cursor(keys: Sequence[SortKey], values: Values) -> str:
    """Return the cursor behind a dataset with these values of the keys."""
    content = json.dumps([_signature(keys), *values], separators=(",", ":"))
    return base64.urlsafe_b64encode(content.encode()).decode().rstrip("=")


def read_cursor(keys: Sequence[SortKey], cursor: str) -> Values | None:
    """Return the values a cursor holds; None for the beginning.

    Raises ``SearchQueryError`` if it is none, or one of another order.
    """
    if cursor == BEGINNING:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        signature, *values = json.loads(base64.urlsafe_b64decode(padded.encode()))
    except (ValueError, TypeError, binascii.Error, RecursionError) as error:
        raise _invalid() from error
    fits = len(values) == len(keys) and all(map(_is_bindable, values))
    if signature != _signature(keys) or not fits:
        raise _invalid()
    return tuple(values)


def behind(keys: Sequence[SortKey], values: Values) -> Sql:
    """Return the condition that a document ``d`` stands behind these values in that order.

    The first key is also bounded alone, so that its index is entered in the right place.
    """
    text, bound = "0", Values()
    for key, value in reversed(list(zip(keys, values, strict=True))):
        beyond = f"d.{key.field} {'<' if key.descending else '>'} ?"
        text = f"({beyond} OR (d.{key.field} = ? AND {text}))"
        bound = (value, value, *bound)
    edge = f"d.{keys[0].field} {'<=' if keys[0].descending else '>='} ?"
    return Sql(f"{edge} AND {text}", (values[0], *bound))


def _is_bindable(value: object) -> bool:
    """Tell whether SQLite takes a value; it knows no lone surrogates and no huge integers."""
    if isinstance(value, str):
        return value.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in value)
    return type(value) is int and abs(value) < 2**63


def _signature(keys: Sequence[SortKey]) -> str:
    return ",".join(f"{key.field} {'desc' if key.descending else 'asc'}" for key in keys)


def _invalid() -> SearchQueryError:
    return SearchQueryError(
        'Invalid "cursor" parameter: begin with * and go on with the "next_cursor" of the last'
        ' answer, and leave "sort" as it was.'
    )
