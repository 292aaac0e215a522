"""Look up which words of the index a pattern or a misspelling stands for."""

# ruff: noqa: S608  # SQL is put together from constants only; what clients say is bound
from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from cytotheca.core.search.patterns import Pattern

MAX_MATCHES: Final = 500
MAX_SIMILAR: Final = 50  # as Lucene
_AFTER_ALL: Final = "\U0010ffff"


class Vocabulary:
    """The words in the index that a connection reads."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def list_matching(self, table: str, pattern: Pattern) -> list[str]:
        """Return at most ``MAX_MATCHES`` words of a full-text table that match."""
        rows = self._connection.execute(
            f"SELECT term FROM {table} WHERE term >= ? AND term < ? AND term GLOB ? LIMIT ?",
            (pattern.prefix, pattern.prefix + _AFTER_ALL, pattern.glob, MAX_MATCHES),
        )
        return [term for (term,) in rows]

    def list_similar(self, table: str, word: str, edits: int) -> list[str]:
        """Return the words at most ``edits`` changes away from ``word``, nearest first."""
        rows = self._connection.execute(
            f"SELECT term FROM {table} WHERE length(term) BETWEEN ? AND ?",
            (len(word) - edits, len(word) + edits),
        )
        return _nearest(word, [term for (term,) in rows], edits)

    def list_similar_values(self, field: str, value: str, edits: int) -> list[str]:
        """Return the values of an exact field at most ``edits`` changes away."""
        rows = self._connection.execute(
            "SELECT DISTINCT value FROM term WHERE field = (SELECT id FROM field WHERE name = ?)"
            " AND length(value) BETWEEN ? AND ?",
            (field, len(value) - edits, len(value) + edits),
        )
        return _nearest(value, [found for (found,) in rows], edits)


def _nearest(word: str, candidates: Sequence[str], edits: int) -> list[str]:
    found = process.extract(
        word, candidates, scorer=OSA.distance, score_cutoff=edits, limit=MAX_SIMILAR
    )
    return [term for term, _, _ in found]
