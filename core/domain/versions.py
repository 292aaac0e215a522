"""References to versions of a dataset: ``:draft``, ``:latest``, ``:latest-published``, ``M.N``.

Source: the version selectors of Dataverse, which its clients send.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from cytotheca.core.domain.errors import ValidationError

_NUMBER = re.compile(r"(?P<major>[0-9]{1,9})(?:\.(?P<minor>[0-9]{1,9}))?")


class Selector(StrEnum):
    """References that mean different versions as time goes by."""

    DRAFT = ":draft"
    LATEST = ":latest"
    LATEST_PUBLISHED = ":latest-published"


class Number(NamedTuple):
    """The number of a published version; compares as people expect."""

    major: int
    minor: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}"


Reference = Selector | Number


def parse_reference(text: str) -> Reference:
    """Return what a text refers to; ``1`` is 1.0. Raises ``ValidationError``."""
    word = text.strip()
    if word in tuple(Selector):
        return Selector(word)
    match = _NUMBER.fullmatch(word)
    if match is None:
        raise ValidationError({"version": [f"Illegal version identifier '{text}'"]})
    return Number(int(match["major"]), int(match["minor"] or 0))


def choose(wanted: Reference, published: Sequence[Number], *, draft: bool) -> Reference | None:
    """Return the one version that is meant: a number, ``:draft``, or None if there is none.

    ``published`` are the versions that the caller may see, ``draft`` says whether
    there is an unpublished state that the caller may see.
    """
    if wanted == Selector.DRAFT or (wanted == Selector.LATEST and draft):
        return Selector.DRAFT if draft else None
    if isinstance(wanted, Selector):
        return max(published, default=None)
    return wanted if wanted in published else None


def following(last: Number | None, *, new_files: bool) -> Number:
    """Return the number after the last: other files make a major version, all else a minor."""
    if last is None:
        return Number(1, 0)
    return Number(last.major + 1, 0) if new_files else Number(last.major, last.minor + 1)
