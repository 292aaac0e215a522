"""The query language: Lucene text as people type it into CKAN, parsed by luqum."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import DecimalException
from typing import Final

from luqum import tree
from luqum.exceptions import ParseError
from luqum.thread import parse

from cytotheca.core.domain.errors import SearchError
from cytotheca.core.search.dois import find_doi

MAX_CLAUSES: Final = 1024  # as Solr
MAX_DEPTH: Final = 50
MAX_GUESSES: Final = 32  # words with wildcards or misspellings: each walks the vocabulary
MAX_CHARACTERS: Final = 65_536
MAX_TOKENS: Final = 8 * MAX_CLAUSES  # the parser's effort grows with their square
MATCH_ALL: Final = tree.SearchField("*", tree.Word("*"))

_LOCAL_PARAMETERS: Final = re.compile(r"\{\s*!")
_MAGIC_FIELD: Final = re.compile(r"_(?:query|val)_\s*:", re.IGNORECASE)
_ESCAPE: Final = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_ADDRESS: Final = re.compile(r"\s*\w+://\S+\s*")
_BARE_QUOTE: Final = re.compile(r"(?<!\\)'")  # an ordinary letter for Lucene, not for luqum
_SPECIAL: Final = re.compile(r"[^\w\s.,;@#%&=$§-]|(?<!\w)-|&&", re.UNICODE)
_TOKEN_END: Final = re.compile(r"[\s()\[\]{}:\"^~]+")
_OPERATORS: Final = frozenset({"AND", "OR", "NOT"})


@dataclass(frozen=True, slots=True)
class LuceneQuery:
    """A parsed query with fields and operators; its default operator is AND."""

    root: tree.Item


@dataclass(frozen=True, slots=True)
class LooseQuery:
    """A query without a colon: words that should occur somewhere (dismax).

    ``root`` is None if the text does not parse; then ``words`` are all there is.
    """

    words: str
    root: tree.Item | None


Query = LuceneQuery | LooseQuery


def parse_text(text: str) -> Query:
    """Parse what a person typed (``q``).

    Raises ``SearchError`` if a text with a colon does not parse; a text
    without one always means something.
    """
    text = text.strip()
    refuse_dangerous(text)
    doi = find_doi(text)
    if not text:
        return LuceneQuery(MATCH_ALL)
    if doi is not None:
        return LooseQuery(doi, None)
    if _ADDRESS.fullmatch(text):
        return LooseQuery(text, None)
    if ":" in text:
        return LuceneQuery(_parse(text))
    try:
        return LooseQuery(text, _parse(text))
    except SearchError:
        return LooseQuery(plain_words(text), None)


def parse_filter(text: str) -> LuceneQuery:
    """Parse a filter query (``fq``): always in the strict language."""
    text = text.strip()
    refuse_dangerous(text)
    return LuceneQuery(_parse(text) if text else MATCH_ALL)


def plain_words(text: str) -> str:
    """Return ``text`` without anything that the query language gives a meaning.

    What a page searches for when the text that somebody typed does not parse.
    """
    spaced = _SPECIAL.sub(" ", text)
    return " ".join(word for word in spaced.split() if word not in _OPERATORS)


def unescape(text: str) -> str:
    r"""Return ``text`` without escapes (``\:`` and ``\u003a`` are a colon)."""
    return _ESCAPE.sub(lambda m: chr(int(m[1], 16)) if m[1] else m[2], text)


def refuse_dangerous(text: str) -> None:
    """Raise ``SearchError`` for what would reach another query parser of Solr."""
    for spelling in (text, unescape(text)):
        if _LOCAL_PARAMETERS.search(spelling):
            raise SearchError("Local parameters are not supported.")
        if _MAGIC_FIELD.search(spelling):
            raise SearchError("Nested queries are not supported.")


def _parse(text: str) -> tree.Item:
    if len(text) > MAX_CHARACTERS or len(_TOKEN_END.findall(text)) > MAX_TOKENS:
        raise SearchError("The query is too long.")
    try:
        root = parse(_BARE_QUOTE.sub(r"\\'", text))
    except (ParseError, ValueError, DecimalException, RecursionError) as error:
        raise SearchError(
            "The query does not parse. Check brackets and quotes, and put special"
            " characters in quotes."
        ) from error
    if root is None:
        raise SearchError("The query is empty.")
    _check_size(root)
    return root


def _check_size(root: tree.Item) -> None:
    """Refuse trees that would cost too much; walks without recursion."""
    pending = [(root, 1)]
    clauses = guesses = 0
    while pending:
        node, depth = pending.pop()
        clauses += isinstance(node, tree.Term)
        guesses += _is_guess(node)
        if depth > MAX_DEPTH:
            raise SearchError("The query is nested too deeply.")
        if clauses > MAX_CLAUSES:
            raise SearchError(f"The query has too many clauses; {MAX_CLAUSES} are allowed.")
        if guesses > MAX_GUESSES:
            raise SearchError(f"The query has too many wildcards; {MAX_GUESSES} are allowed.")
        pending.extend((child, depth + 1) for child in node.children)


def _is_guess(node: tree.Item) -> bool:
    wild = isinstance(node, tree.Word) and node.value != "*" and node.has_wildcard()
    return wild or isinstance(node, tree.Fuzzy)
