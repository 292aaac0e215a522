"""Settings of the extension: read once, checked when the site starts."""

from __future__ import annotations

from dataclasses import dataclass

from cytotheca.core.plugins.toolkit import between, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelfSettings:
    """What an operator may choose."""

    places_shown: int = setting(
        "sampleshelf.places_shown",
        default=50,
        check=between(1, 1000),
        help="How many shelves the page lists.",
    )
