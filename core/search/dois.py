"""Recognise DOIs in the spellings in which people write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

_PREFIX = r"(?:(?:https?://)?(?:dx\.|www\.)?doi\.org/|(?:info:)?doi\s*[:/]\s*)?"
_DOI = r"10\.\d+(?:\.\d+)*/[^\s\"<>,;]+"
_WHOLE: Final = re.compile(rf"\s*{_PREFIX}({_DOI})\s*", re.IGNORECASE)
_INSIDE: Final = re.compile(rf"(?<![\d.]){_DOI}", re.IGNORECASE)


def find_doi(text: str) -> str | None:
    """Return the DOI if ``text`` is nothing but one, in lower case without prefix.

    >>> find_doi("https://doi.org/10.5072/ABC")
    '10.5072/abc'
    """
    match = _WHOLE.fullmatch(unquote(text.strip().strip("\"'<>")))
    return _clean(match[1]) if match else None


def iter_dois(text: str) -> Iterator[str]:
    """Yield every DOI that occurs in a text."""
    yield from (_clean(found) for found in _INSIDE.findall(text))


def _clean(doi: str) -> str:
    return doi.rstrip(".,;:)]}'/").lower()
