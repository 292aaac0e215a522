"""Wildcard patterns: ``*`` any letters, ``?`` one, a backslash takes the meaning away."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from cytotheca.core.search.folding import fold

_PIECE: Final = re.compile(r"\\(?P<escaped>.)|(?P<wild>[*?])|(?P<plain>[^\\*?]+)", re.DOTALL)
_NOT_A_LETTER: Final = re.compile(r"[\W_]+")
_GLOB_SPECIAL: Final = re.compile(r"([*?\[])")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A wildcard pattern as alternating literals and wildcards."""

    pieces: tuple[tuple[bool, str], ...]  # (is a wildcard, text)

    @property
    def has_wildcards(self) -> bool:
        """Tell whether anything but itself can match."""
        return any(wild for wild, _ in self.pieces)

    @property
    def prefix(self) -> str:
        """The literal text that every match begins with."""
        return "" if not self.pieces or self.pieces[0][0] else self.pieces[0][1]

    @property
    def is_prefix(self) -> bool:
        """Tell whether it is a literal with a single star behind."""
        return len(self.pieces) == 2 and self.pieces[1] == (True, "*") and bool(self.prefix)  # noqa: PLR2004

    @property
    def glob(self) -> str:
        """The pattern in the syntax of SQLite's GLOB."""
        return "".join(
            text if wild else _GLOB_SPECIAL.sub(r"[\1]", text) for wild, text in self.pieces
        )


def parse_pattern(raw: str) -> Pattern:
    """Parse a word of the query language that may hold wildcards and escapes."""
    pieces: list[tuple[bool, str]] = []
    for match in _PIECE.finditer(raw):
        wild = match["wild"] is not None
        text = match["escaped"] or match["wild"] or match["plain"]
        if pieces and not wild and not pieces[-1][0]:
            text = pieces.pop()[1] + text
        if not (wild and text == "*" and pieces and pieces[-1] == (True, "*")):
            pieces.append((wild, text))
    return Pattern(tuple(pieces))


def split_into_words(pattern: Pattern) -> list[Pattern]:
    """Return one folded pattern for each word, as text is indexed word by word."""
    words: list[list[tuple[bool, str]]] = [[]]
    for wild, text in pattern.pieces:
        if wild:
            words[-1].append((True, text))
            continue
        first, *rest = _NOT_A_LETTER.split(fold(text))
        words[-1].append((False, first))
        words.extend([(False, part)] for part in rest)
    return [Pattern(tuple(p for p in word if p[1])) for word in words if any(t for _, t in word)]
