"""Parts of long lists."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple


class Part(NamedTuple):
    """Which part of a list is wanted: at most ``limit`` of what is behind ``offset``."""

    limit: int | None = None
    offset: int = 0

    def total(self, shown: int, count: Callable[[], int]) -> int:
        """Return how long the list is of which this part shows so many; count only if needed."""
        ends_here = self.limit is None or shown < self.limit
        is_known = ends_here and (shown > 0 or not self.offset)
        return self.offset + shown if is_known else count()


WHOLE: Final = Part()
