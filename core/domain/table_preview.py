"""The beginning of a table in a text file, for people to look at."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass

MAX_ROWS = 100
MAX_COLUMNS = 50
MAX_CELL_CHARACTERS = 200
DELIMITERS = ",;\t|"


@dataclass(frozen=True, slots=True, kw_only=True)
class TablePreview:
    """Header and rows; ``is_cut`` says that the file holds more than is shown."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    is_cut: bool


def decode_text(data: bytes) -> str:
    """Return bytes as text; what is not UTF-8 is replaced, so that the rest can be read."""
    return data.decode("utf-8-sig", "replace").replace("\0", "\ufffd")


def whole_lines(text: str) -> str:
    """Return a text that was cut off somewhere without its broken last line."""
    whole, end, _ = text.rpartition("\n")
    return whole + end if end else text


def preview_table(text: str, *, is_cut: bool) -> TablePreview:
    r"""Return the first rows and columns of a delimited text.

    >>> preview_table("a;b\n1;2\n", is_cut=False).rows
    [['1', '2']]
    """
    lines = (whole_lines(text) if is_cut else text).splitlines()
    try:
        rows = [row for row in csv.reader(lines, delimiter=_delimiter(lines)) if row]
    except csv.Error:  # a field larger than any table has
        rows = [[line] for line in lines]
    wide = any(len(row) > MAX_COLUMNS for row in rows)
    cut = [[cell[:MAX_CELL_CHARACTERS] for cell in row[:MAX_COLUMNS]] for row in rows]
    columns = max((len(row) for row in cut[: MAX_ROWS + 1]), default=0)
    even = [row + [""] * (columns - len(row)) for row in cut[: MAX_ROWS + 1]]
    return TablePreview(
        header=even[0] if even else [],
        rows=even[1:],
        is_cut=is_cut or wide or len(rows) > MAX_ROWS + 1,
    )


def _delimiter(lines: Sequence[str]) -> str:
    """Return the delimiter that is most frequent in the first line."""
    first = lines[0] if lines else ""
    return max(DELIMITERS, key=first.count)
