"""Turn the leaves of a query (words, phrases, ranges) into conditions."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from cytotheca.core.domain.errors import SearchError
from cytotheca.core.search import exact_values as exact
from cytotheca.core.search.conditions import ALWAYS, NEVER, Condition, all_of, any_of, doc_in
from cytotheca.core.search.exact_values import Bounds
from cytotheca.core.search.fields import Kind, kind_of
from cytotheca.core.search.folding import list_words
from cytotheca.core.search.fulltext import Target, match, quote, text_expression
from cytotheca.core.search.patterns import Pattern, parse_pattern, split_into_words
from cytotheca.core.search.query import unescape
from cytotheca.core.search.vocabulary import Vocabulary

TEXT_TARGET: Final = Target(boosts={"text": 1.0})
_TRUTHS: Final = {"true": "private", "1": "private", "false": "public", "0": "public"}
_MAX_EDITS: Final = 2


class Leaves:
    """Builds conditions for one search: one vocabulary, one now.

    ``default`` is where words without a field are looked for.
    """

    def __init__(self, vocabulary: Vocabulary, now: datetime, default: Target) -> None:
        self._vocabulary = vocabulary
        self._now = now
        self._default = default

    def word(self, field: str | None, raw: str) -> Condition:
        """Return the condition for a word that may hold wildcards and escapes."""
        if raw == "*":
            return self.exists(field)
        pattern = parse_pattern(raw)
        if pattern.has_wildcards:
            return self._wildcard(field, pattern)
        return self.value(field, unescape(raw))

    def value(  # noqa: PLR0911  # one line for each kind of field
        self, field: str | None, text: str, slop: int | None = None
    ) -> Condition:
        """Return the condition for a literal word or phrase."""
        if field is None:
            return self._free_text(text, slop)
        if field == "private":
            return exact.equals("capacity", _TRUTHS.get(text.lower(), text))
        kind = kind_of(field)
        if kind in (Kind.TEXT, Kind.WORDS, Kind.INFIX):
            return self._in_text(field, kind, text, slop)
        if kind is Kind.DATE:
            return exact.in_date_range(field, Bounds(low=text, high=text), self._now)
        if kind is Kind.NUMBER:
            return exact.in_number_range(field, Bounds(low=text, high=text))
        if kind is Kind.VALUE:
            return self._by_value(field, text, slop)
        if kind is Kind.STORED:
            return exact.title_equals(text) if field == "title_string" else NEVER
        return exact.equals(field, text)

    def fuzzy(self, field: str | None, raw: str, degree: float, *, is_implicit: bool) -> Condition:
        """Return the condition for a word and its misspellings."""
        text = unescape(raw)
        edits = _count_edits(text, degree, is_implicit=is_implicit)
        kind = Kind.TEXT if field is None else kind_of(field)
        if kind is Kind.EXACT and field is not None:
            values = self._vocabulary.list_similar_values(field, text, edits)
            return exact.is_one_of(field, values)
        if kind not in (Kind.TEXT, Kind.WORDS):
            return self.value(field, text)
        target, table = self._unstemmed(field)
        found = []
        for word in list_words(text):
            similar = self._vocabulary.list_similar(table, word, edits)
            found.append(match(target, _any_word(similar), stemmed=False))
        return all_of(found) if found else NEVER

    def range(self, field: str | None, bounds: Bounds) -> Condition:
        """Return the condition for a range."""
        if field is None:
            raise SearchError("A range needs a field.")
        if bounds.low is None and bounds.high is None:
            return self.exists(field)
        kind = kind_of(field)
        if kind is Kind.DATE:
            return exact.in_date_range(field, bounds, self._now)
        if kind is Kind.NUMBER:
            return exact.in_number_range(field, bounds)
        if kind is Kind.VALUE and _are_numbers(bounds):
            return exact.in_number_range(field, bounds)
        if kind in (Kind.EXACT, Kind.VALUE):
            return exact.in_text_range(field, bounds)
        raise SearchError(f"The field {field!r} has no ranges.")

    def exists(self, field: str | None) -> Condition:
        """Return the condition that a field has a value."""
        if field in (None, "text", "title", "title_string", "private"):
            return ALWAYS
        kind = kind_of(field)
        if kind in (Kind.TEXT, Kind.WORDS, Kind.INFIX):
            return _has_text(field)
        if kind in (Kind.DATE, Kind.NUMBER):
            return exact.has_number(field)
        if kind is Kind.VALUE:
            return any_of([exact.has_number(field), exact.has_term(field)])
        return NEVER if kind is Kind.STORED else exact.has_term(field)

    def _free_text(self, text: str, slop: int | None) -> Condition:
        found = match(self._default, text_expression(text, slop), stemmed=True)
        lowered = text.lower()
        return any_of([found, exact.digest_starts(lowered)]) if exact.is_digest(lowered) else found

    def _in_text(self, field: str, kind: Kind, text: str, slop: int | None) -> Condition:
        if kind is Kind.INFIX:
            words = [Pattern(((True, "*"), (False, w), (True, "*"))) for w in list_words(text)]
            return all_of([self._word_pattern(field, w) for w in words]) if words else NEVER
        target = TEXT_TARGET if field == "text" else Target(field=field)
        return match(target, text_expression(text, slop), stemmed=kind is Kind.TEXT)

    def _by_value(self, field: str, text: str, slop: int | None) -> Condition:
        """Look for a value that may be a number, a code or words."""
        possible = [exact.equals(field, text)]
        if exact.find_number(text) is not None:
            possible.append(exact.in_number_range(field, Bounds(low=text, high=text)))
        possible.append(match(Target(field=field), text_expression(text, slop), stemmed=True))
        return any_of(possible)

    def _wildcard(self, field: str | None, pattern: Pattern) -> Condition:
        kind = Kind.TEXT if field is None else kind_of(field)
        if kind in (Kind.TEXT, Kind.WORDS, Kind.INFIX, Kind.VALUE):
            words = split_into_words(pattern)
            found = all_of([self._word_pattern(field, w) for w in words]) if words else NEVER
            if kind is Kind.VALUE and field is not None:
                return any_of([found, exact.matches(field, pattern)])
            return found
        if kind is Kind.EXACT and field is not None:
            return exact.matches(field, pattern)
        raise SearchError(f"The field {field!r} has no wildcards.")

    def _word_pattern(self, field: str | None, pattern: Pattern) -> Condition:
        target, table = self._unstemmed(field)
        if not pattern.has_wildcards:
            return match(target, quote(pattern.prefix), stemmed=False)
        if pattern.is_prefix:
            return match(target, f"{quote(pattern.prefix)} *", stemmed=False)
        found = self._vocabulary.list_matching(table, pattern)
        return match(target, _any_word(found), stemmed=False)

    def _unstemmed(self, field: str | None) -> tuple[Target, str]:
        if field in (None, "text"):
            return TEXT_TARGET, "doc_vocabulary"
        return Target(field=field), "field_vocabulary"


def _has_text(field: str) -> Condition:
    select = "SELECT doc FROM field_text WHERE field = (SELECT id FROM field WHERE name = ?)"
    return doc_in(select, field)


def _any_word(words: list[str]) -> str | None:
    return " OR ".join(quote(word) for word in words) or None


def _are_numbers(bounds: Bounds) -> bool:
    given = [bound for bound in (bounds.low, bounds.high) if bound is not None]
    return all(exact.find_number(bound) is not None for bound in given)


def _count_edits(text: str, degree: float, *, is_implicit: bool) -> int:
    """Return the changes allowed: a number of edits, or Lucene's old similarity below 1."""
    if is_implicit:
        return _MAX_EDITS
    wanted = degree if degree >= 1 else (1 - degree) * len(text)
    return int(max(0, min(wanted, _MAX_EDITS)))
