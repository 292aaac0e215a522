"""How often somebody may guess: growing delays by account and by address.

Only failures count. The limits are kept where the queues are (Redis), so that
all processes share them, and in memory while that is away. Every limit ends by
itself: nobody can lock an account for good.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import structlog
from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage, Storage, storage_from_string
from limits.strategies import MovingWindowRateLimiter

from cytotheca.core.runtime.site import Site
from cytotheca.core.settings.site import JobSettings, SiteSettings

log = structlog.get_logger(__name__)

Use = Callable[[MovingWindowRateLimiter], int]

_PER_PAIR: Final = "3 per 10 seconds; 8 per 2 minutes; 25 per 1 hour"
_PER_ACCOUNT: Final = "30 per 2 minutes; 200 per 1 hour"
_PER_ADDRESS: Final = "20 per 1 minute; 200 per 1 hour"


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """One attempt: at which account, from which address."""

    account: str
    address: str

    def limits(self) -> list[tuple[RateLimitItem, tuple[str, ...]]]:
        """Return each limit with the key it is counted under."""
        account = hashlib.sha256(self.account.strip().lower().encode()).hexdigest()[:32]
        return [
            *((item, ("pair", account, self.address)) for item in parse_many(_PER_PAIR)),
            *((item, ("account", account)) for item in parse_many(_PER_ACCOUNT)),
            *((item, ("address", self.address)) for item in parse_many(_PER_ADDRESS)),
        ]


class LoginLimits:
    """Counts failed logins of a site."""

    def __init__(self, site: Site) -> None:
        self._prefix = f"cytotheca:{site.settings(SiteSettings).site_id}:login"
        self._shared = _shared_limiter(site.settings(JobSettings).redis_url)
        self._own = MovingWindowRateLimiter(MemoryStorage())

    def wait_s(self, guess: Guess) -> int:
        """Return for how many seconds the next attempt has to wait; 0 if it may be made."""
        return self._try(lambda limiter: self._wait(limiter, guess))

    def count_failure(self, guess: Guess) -> None:
        """Remember a wrong password."""
        self._try(lambda limiter: self._hit(limiter, guess))

    def _wait(self, limiter: MovingWindowRateLimiter, guess: Guess) -> int:
        waits = [
            limiter.get_window_stats(item, self._prefix, *key).reset_time - time.time()
            for item, key in guess.limits()
            if not limiter.test(item, self._prefix, *key)
        ]
        return max(1, round(max(waits))) if waits else 0

    def _hit(self, limiter: MovingWindowRateLimiter, guess: Guess) -> int:
        for item, key in guess.limits():
            limiter.hit(item, self._prefix, *key)
        return 0

    def _try(self, use: Use) -> int:
        if self._shared is not None:
            try:
                return use(self._shared)
            except Exception as error:  # noqa: BLE001 - any failure of the store, of any driver
                log.warning("Login limits are kept in memory for now.", error=repr(error))
        return use(self._own)


def _shared_limiter(url: str) -> MovingWindowRateLimiter | None:
    try:
        # the limits library has its own word for Redis on a Unix socket
        storage = storage_from_string(url.replace("unix://", "redis+unix://", 1))
    except Exception as error:  # noqa: BLE001 - the site works without it
        log.warning("Login limits are kept in memory.", error=repr(error))
        return None
    return MovingWindowRateLimiter(storage) if isinstance(storage, Storage) else None
