"""Where a call comes from, beyond who makes it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The client's network address, and what its API token may do.

    ``scope`` is empty for callers without a token and for tokens that may do everything.
    """

    address: str = ""
    scope: str = ""


INSIDE = Origin()
"""Calls that no client makes: commands and jobs."""
