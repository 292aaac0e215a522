"""CKAN's way to give parameters: ``key=value`` words."""

from __future__ import annotations

from collections.abc import Iterable

import click


def parse_key_values(words: Iterable[str]) -> dict[str, str]:
    """Return the words as a mapping; the value may contain further ``=``."""
    values: dict[str, str] = {}
    for word in words:
        key, separator, value = word.partition("=")
        if not separator or not key.strip():
            raise click.UsageError(f"{word!r} is not of the form key=value")
        values[key.strip()] = value.strip()
    return values
