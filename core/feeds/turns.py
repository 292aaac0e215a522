"""How many expensive answers are given at the same time, in all and to one address."""

from __future__ import annotations

import threading
from collections import Counter


class Turns:
    """Places for answers that keep a thread busy; nobody takes more than half of them."""

    def __init__(self, places: int) -> None:
        self._places = places
        self._own = max(1, places // 2)
        self._taken: Counter[str] = Counter()
        self._lock = threading.Lock()

    def take(self, address: str) -> bool:
        """Take a place, if one is free for this address; :meth:`leave` gives it back."""
        with self._lock:
            full = self._taken.total() >= self._places or self._taken[address] >= self._own
            if not full:
                self._taken[address] += 1
            return not full

    def leave(self, address: str) -> None:
        """Give a place back."""
        with self._lock:
            self._taken[address] -= 1
            self._taken += Counter()  # forgets those who have none
