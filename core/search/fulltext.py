"""Expressions and selects for the full-text tables."""

# SQL is put together from constants only; what clients say is bound
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from cytotheca.core.search.conditions import NEVER, Condition, Sql, doc_in
from cytotheca.core.search.fields import TEXT_COLUMNS
from cytotheca.core.search.folding import join_words, list_words

_FIELD_ID: Final = "(SELECT id FROM field WHERE name = ?)"


@dataclass(frozen=True, slots=True)
class Target:
    """Where to look for words.

    Either columns of the dataset's text with their weights, or a named field.
    """

    field: str | None = None
    boosts: Mapping[str, float] | None = None

    @property
    def is_stemmed_columns(self) -> bool:
        """Tell whether it is the text of whole datasets."""
        return self.boosts is not None


def phrase(words: Sequence[str], slop: int | None = None) -> str:
    """Return the expression for words in a row, or near each other with ``slop``.

    Words are letters and digits only, so quoting them is enough.
    """
    if slop and len(words) > 1:
        return f"NEAR({' '.join(quote(word) for word in words)}, {min(slop, 1000)})"
    return quote(" ".join(words))


def quote(word: str) -> str:
    """Return a word as a string of the full-text syntax."""
    return f'"{word}"'


def chunk_expression(chunk: str) -> str | None:
    """Return the expression for text without blanks, also in its joined form.

    ``DCOR-Aid`` is the phrase *dcor aid*, or the word *dcoraid*. None if the
    text has no letters or digits.
    """
    words = list_words(chunk)
    if not words:
        return None
    joined = join_words(words)
    return f"({phrase(words)} OR {quote(joined)})" if joined else phrase(words)


def text_expression(text: str, slop: int | None = None) -> str | None:
    """Return the expression for a phrase."""
    if len(text.split()) == 1:
        return chunk_expression(text)
    words = list_words(text)
    return phrase(words, slop) if words else None


def match(target: Target, expression: str | None, *, stemmed: bool) -> Condition:
    """Return the condition that the expression matches in the target, with its score."""
    if expression is None:
        return NEVER
    if target.boosts is not None:
        return _match_columns(target.boosts, expression, stemmed=stemmed)
    table = "field_stems" if stemmed else "field_words"
    source = (
        f"FROM {table} f JOIN field_text t ON t.id = f.rowid"
        f" WHERE f.{table} MATCH ? AND t.field = {_FIELD_ID}"
    )
    values = (expression, target.field or "")
    score = Sql(f"SELECT t.doc AS doc, -bm25({table}) AS score {source}", values)
    return doc_in(f"SELECT t.doc {source}", *values, scores=(score,))


def _match_columns(boosts: Mapping[str, float], expression: str, *, stemmed: bool) -> Condition:
    table = "doc_stems" if stemmed else "doc_words"
    weights = ""
    if stemmed:
        columns = " ".join(name for name in TEXT_COLUMNS if name in boosts)
        expression = f"{{{columns}}} : ({expression})"
        weights = "".join(f", {float(boosts.get(name, 0)):.6f}" for name in TEXT_COLUMNS)
    source = f"FROM {table} WHERE {table} MATCH ?"
    score = Sql(f"SELECT rowid AS doc, -bm25({table}{weights}) AS score {source}", (expression,))
    found = doc_in(f"SELECT rowid {source}", expression, scores=(score,))
    return Condition(found.sql, scores=found.scores, is_scored_fully=True)
