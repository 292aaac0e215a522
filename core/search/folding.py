"""Make spellings equal: case, accents, composed forms, micro signs, joined words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

# Letters that Unicode does not decompose, as their readers would type them.
_LETTERS: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "\u0131": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)
_WORD: Final = re.compile(r"[^\W_]+")
_CASE_PART: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\dA-Za-z_]+")
_MAX_PARTS, _MAX_JOINED = 8, 64


def fold(text: str) -> str:
    """Return ``text`` without case, accents and compatibility differences.

    ``µ`` U+00B5 and ``μ`` U+03BC, decomposed and composed letters become equal.
    """
    return _strip_accents(unicodedata.normalize("NFKC", text).casefold()).translate(_LETTERS)


def normalize_exact(value: str) -> str:
    """Return an exact value in the composed form in which values are compared."""
    return unicodedata.normalize("NFC", value)


def list_words(text: str) -> list[str]:
    """Return the folded words of ``text`` in order."""
    return _WORD.findall(fold(text))


def index_text(text: str) -> str:
    """Return the words to index for ``text``, separated by blanks.

    Behind the words follow variants of those that punctuation joins or a
    change of case divides: "DCOR-Aid" is found as ``dcoraid``, "beadsSet" as
    ``beads`` and ``set``. They stand at the end so that phrases stay intact.
    """
    words = list_words(text)
    variants = dict.fromkeys(v for chunk in set(text.split()) for v in _iter_variants(chunk))
    return " ".join([*words, *sorted(variants)])


def join_words(words: list[str]) -> str | None:
    """Return words that punctuation joined as one, or None for a single or a long one."""
    joined = "".join(words)
    sensible = 1 < len(words) <= _MAX_PARTS and len(joined) <= _MAX_JOINED
    return joined if sensible else None


def _iter_variants(chunk: str) -> Iterator[str]:
    words = list_words(chunk)
    joined = join_words(words)
    if joined is not None:
        yield joined
    if len(chunk) > _MAX_JOINED:
        return
    for word in _WORD.findall(_strip_accents(chunk)):
        parts = _CASE_PART.findall(word)
        if 1 < len(parts) <= _MAX_PARTS:
            yield from (fold(part) for part in parts if len(part) > 1)


def _strip_accents(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
