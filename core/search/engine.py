"""What every search engine offers: documents in, pages and facets out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuery:
    """A search as the engine gets it; strings are in the query language of CKAN.

    ``labels`` None means no permission filter (system administrators and
    internal calls); otherwise a document must share at least one label.
    ``filters`` are ANDed. ``sort`` is e.g. ``score desc, metadata_modified desc``.
    ``fields`` selects index fields; None returns stored dataset dictionaries.
    ``cursor`` ``*`` begins a walk and ``SearchPage.next_cursor`` goes on with it,
    in place of ``start``; the order is then by stored values alone, and by id at last.
    """

    text: str = "*:*"
    filters: Sequence[str] = ()
    sort: str = "score desc, metadata_modified desc"
    rows: int = 10
    start: int = 0
    cursor: str | None = None
    labels: frozenset[str] | None = None
    facet_fields: Sequence[str] = ()
    facet_limit: int = 50
    facet_mincount: int = 1
    fields: Sequence[str] | None = None
    tuning: Mapping[str, str] = field(default_factory=dict)  # qf, mm, tie, defType …


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """One page of results: total count, datasets (or field objects), facets.

    ``facets`` maps field → value → count, before display names are added.
    ``next_cursor`` is None at the end of a walk, and without one.
    """

    count: int
    results: Sequence[dict[str, Any]]
    facets: Mapping[str, Mapping[str, int]]
    next_cursor: str | None = None


class SearchEngine(Protocol):
    """An index that can always be rebuilt from the database."""

    def prepare(self) -> None:
        """Make an empty index if there is none at all; a new site then finds nothing."""

    def is_complete(self) -> bool:
        """Tell whether the index comes from a rebuild.

        False for a prepared, cleared or lost one until the next ``rebuild``: it
        may lack datasets, and pages should say so.
        """

    def index(self, documents: Iterable[Document]) -> None:
        """Add or replace documents, by their ``id``; visible when this returns."""

    def remove(self, dataset_ids: Iterable[str]) -> None:
        """Take documents out of the index; unknown ids are ignored."""

    def search(self, query: SearchQuery) -> SearchPage:
        """Run a query.

        Raises ``SearchError`` for text that does not parse, ``SearchQueryError``
        for a bad ``sort`` or ``cursor``, ``SearchUnavailable`` if the engine is away.
        """

    def clear(self) -> None:
        """Empty the index."""

    def iter_ids(self) -> Iterator[str]:
        """Yield the ids of all indexed datasets."""

    def ping(self) -> bool:
        """Tell whether the engine answers."""

    def rebuild(self, documents: Iterable[Document]) -> int:
        """Replace the whole index; the old one serves until the new is complete.

        Returns the number of documents indexed.
        """
