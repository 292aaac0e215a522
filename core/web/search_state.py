"""The state of a dataset search, which is its address and nothing else."""

from __future__ import annotations

import math
import re
from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote, urlencode

from werkzeug.datastructures import MultiDict

from cytotheca.core.web.pager import parse_page

RESERVED: Final = frozenset({"q", "sort", "page"})
SORTS: Final = {
    "score desc, metadata_modified desc": "Relevance",
    "metadata_modified desc": "Last changed",
    "metadata_created desc": "Newest first",
    "title_string asc": "Title A to Z",
    "title_string desc": "Title Z to A",
}
_FIELD: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,79}")
_RANGE: Final = re.compile(r"(?P<field>[A-Za-z][A-Za-z0-9_.-]{0,79})_(?P<end>min|max)")
_LIMIT: Final = re.compile(r"_([A-Za-z0-9_.-]+)_limit")

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchState:
    """Words, filters (field and value), order and page of a search below ``path``.

    ``ranges`` are the ends of ranges of numbers (``<field>_min``, ``<field>_max``),
    ``unlimited`` are the facets whose values are all wanted; ``plugin_params``
    are the parameters that begin with ``ext_``; ``not_numbers`` are the ends of
    ranges that could not be read.
    """

    path: str
    words: str = ""
    sort: str = ""
    page: int = 1
    filters: Pairs = ()
    ranges: Pairs = ()
    unlimited: frozenset[str] = frozenset()
    plugin_params: Pairs = ()
    not_numbers: Pairs = ()

    def url(self) -> str:
        """Return the address of this state."""
        pairs = [(key, value) for key, value in self.hidden if value]
        if self.words:
            pairs.insert(0, ("q", self.words))
        if self.sort:
            pairs.append(("sort", self.sort))
        if self.page > 1:
            pairs.append(("page", str(self.page)))
        return f"{self.path}?{urlencode(pairs, quote_via=quote)}" if pairs else self.path

    @property
    def hidden(self) -> Pairs:
        """What the forms of the page carry along unseen."""
        return (*self.filters, *self.ranges, *self.plugin_params)

    @property
    def is_plain(self) -> bool:
        """Whether everything is shown, in the usual order."""
        return not (self.words or self.hidden)

    def at_page(self, page: int) -> SearchState:
        """Return the same search at another page."""
        return replace(self, page=page)

    def with_filter(self, field: str, value: str) -> SearchState:
        """Return the search with one more filter, at its first page."""
        return replace(self, filters=(*self.filters, (field, value)), page=1)

    def without_filter(self, field: str, value: str) -> SearchState:
        """Return the search without a filter, at its first page."""
        rest = tuple(pair for pair in self.filters if pair != (field, value))
        return replace(self, filters=rest, page=1)

    def without_range(self, field: str) -> SearchState:
        """Return the search without a range, at its first page."""
        ends = {f"{field}_min", f"{field}_max"}
        rest = tuple(pair for pair in self.ranges if pair[0] not in ends)
        return replace(self, ranges=rest, page=1)

    def range_of(self, field: str) -> tuple[str, str]:
        """Return the ends of a range as they were given; empty where it is open."""
        given = dict(self.ranges)
        return given.get(f"{field}_min", ""), given.get(f"{field}_max", "")

    @property
    def empty_ranges(self) -> list[str]:
        """Return the fields whose range begins above its end, so that nothing is in it."""
        ends = {field: self.range_of(field) for field in self.ranged_fields}
        return [name for name, (low, high) in ends.items() if low and high and _above(low, high)]

    @property
    def ranged_fields(self) -> list[str]:
        """Return the fields that have a range."""
        return list(dict.fromkeys(key[:-4] for key, _ in self.ranges))

    def without_words(self) -> SearchState:
        """Return the search without its words, at its first page."""
        return replace(self, words="", page=1)

    def filter_queries(self) -> list[str]:
        """Return the filters in the query language, one for each."""
        queries = [f"{field}:{quoted(value)}" for field, value in self.filters]
        for field in self.ranged_fields:
            low, high = self.range_of(field)
            queries.append(f"{field}:[{low or '*'} TO {high or '*'}]")
        return queries


def read_state(path: str, args: MultiDict[str, str]) -> SearchState:
    """Return the state that an address asks for.

    Parameters that begin with ``_`` say how the page looks and filter nothing.
    """
    given = [(key, value.strip()) for key, value in args.items() if _RANGE.fullmatch(key)]
    ranges = dict(_ranges(given))
    return SearchState(
        path=path,
        words=args.get("q", "").strip(),
        sort=args.get("sort", "").strip(),
        page=parse_page(args.get("page")),
        filters=tuple(_filters(args.items(multi=True), dict(given))),
        ranges=tuple(ranges.items()),
        unlimited=frozenset(
            match[1]
            for key, value in args.items()
            if (match := _LIMIT.fullmatch(key)) and value in {"0", "-1"}
        ),
        plugin_params=tuple((key, value) for key, value in args.items() if key.startswith("ext_")),
        not_numbers=tuple(pair for pair in given if pair[1] and pair[0] not in ranges),
    )


def _ranges(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the ends of ranges, as plain numbers; empty ends make no range."""
    return [(key, number) for key, value in pairs if (number := _plain_number(value))]


def _above(low: str, high: str) -> bool:
    return float(low) > float(high)


def _plain_number(text: str) -> str:
    try:
        number = float(text.strip().replace(",", "."))
    except ValueError:
        return ""
    return f"{number:.10g}" if math.isfinite(number) else ""


def _filters(pairs: Iterable[tuple[str, str]], ranges: Container[str]) -> list[tuple[str, str]]:
    found = [
        (key, value.strip())
        for key, value in pairs
        if key not in RESERVED
        and not key.startswith("ext_")
        and key not in ranges
        and _FIELD.fullmatch(key)
        and value.strip()
    ]
    return list(dict.fromkeys(found))


def quoted(value: str) -> str:
    """Return a value as a phrase of the query language."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
