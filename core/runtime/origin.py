"""Where a call comes from, beyond who makes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What a review link opens: one dataset, for reading; veiled, without who made it."""

    link_id: str
    package_id: str
    veiled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The client's network address, what its API token may do, and its review links.

    ``scope`` is empty for callers without a token and for tokens that may do everything.
    ``reviews`` has dataset id → link.
    """

    address: str = ""
    scope: str = ""
    reviews: Mapping[str, Review] = field(default_factory=lambda: MappingProxyType({}))


INSIDE = Origin()
"""Calls that no client makes: commands and jobs."""
