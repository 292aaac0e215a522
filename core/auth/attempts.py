"""How often somebody may try: growing delays by account and by address.

The limits are kept where the queues are (Redis), so that all processes share
them, and in memory while that is away. Every limit ends by itself: nobody can
lock an account for good.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import structlog
from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage, Storage, storage_from_string
from limits.strategies import MovingWindowRateLimiter

from cytotheca.core.domain.addresses import counted_address
from cytotheca.core.domain.errors import TooManyRequests
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.site import Site
from cytotheca.core.settings.site import JobSettings, SiteSettings

log = structlog.get_logger(__name__)

Use = Callable[[MovingWindowRateLimiter], int]
SERVICE: Final = "attempts"
PATIENCE_S: Final = 1.0
REST_S: Final = 5.0
"""How long a shared store that failed is not asked again."""
SLOW_DOWN: Final = "There were too many attempts. Please wait a moment and try again."


class Deed(StrEnum):
    """What is counted; each counts for itself."""

    LOGIN = "login"
    RESET = "reset"
    REGISTER = "register"
    INVITE = "invite"
    LINK = "link"
    TOKEN = "token"  # noqa: S105 - the name of a deed


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits by account and address together, by account, and by address."""

    pair: str = ""
    account: str = ""
    address: str = ""


LIMITS: Final[Mapping[Deed, Limits]] = {
    # failures only
    Deed.LOGIN: Limits(
        pair="3 per 10 seconds; 8 per 2 minutes; 25 per 1 hour",
        account="30 per 2 minutes; 200 per 1 hour",
        address="20 per 1 minute; 200 per 1 hour",
    ),
    Deed.LINK: Limits(address="10 per 1 minute; 60 per 1 hour"),
    Deed.TOKEN: Limits(address="60 per 1 minute; 600 per 1 hour"),
    # every attempt
    Deed.RESET: Limits(account="3 per 15 minutes; 6 per 1 day", address="10 per 15 minutes"),
    Deed.REGISTER: Limits(account="3 per 15 minutes; 6 per 1 day", address="10 per 15 minutes"),
    Deed.INVITE: Limits(account="30 per 1 hour; 100 per 1 day"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt: at what, on which account, from which address."""

    deed: Deed
    account: str = ""
    address: str = ""

    def limits(self) -> list[tuple[RateLimitItem, tuple[str, ...]]]:
        """Return each limit with the key it is counted under."""
        limits = LIMITS[self.deed]
        account = hashlib.sha256(self.account.strip().lower().encode()).hexdigest()[:32]
        address = counted_address(self.address)
        keys = (
            (limits.pair, ("pair", account, address)),
            (limits.account, ("account", account)),
            (limits.address, ("address", address)),
        )
        return [(item, key) for text, key in keys if text for item in parse_many(text)]


class Attempts:
    """Counts the attempts at a site."""

    def __init__(self, site: Site) -> None:
        self._prefix = f"cytotheca:{site.settings(SiteSettings).site_id}"
        self._shared = _shared_limiter(site.settings(JobSettings).redis_url)
        self._rests_until = 0.0
        self._own = MovingWindowRateLimiter(MemoryStorage())

    def wait_s(self, attempt: Attempt) -> int:
        """Return for how many seconds the next attempt has to wait; 0 if it may be made."""
        return self._try(lambda limiter: self._wait(limiter, attempt))

    def count(self, attempt: Attempt) -> None:
        """Remember an attempt."""
        self._try(lambda limiter: self._hit(limiter, attempt))

    def count_in(self, key: str, *, seconds: int) -> int:
        """Count one more under a key that ends after some seconds; return how many there are."""
        return self._try(lambda limiter: limiter.storage.incr(f"{self._prefix}:{key}", seconds))

    def require(self, attempt: Attempt) -> None:
        """Refuse an attempt that comes too soon. Raises ``TooManyRequests``."""
        wait_s = self.wait_s(attempt)
        if wait_s:
            raise TooManyRequests(SLOW_DOWN, retry_after_s=wait_s)

    def _wait(self, limiter: MovingWindowRateLimiter, attempt: Attempt) -> int:
        prefix = f"{self._prefix}:{attempt.deed}"
        waits = [
            limiter.get_window_stats(item, prefix, *key).reset_time - time.time()
            for item, key in attempt.limits()
            if not limiter.test(item, prefix, *key)
        ]
        return max(1, round(max(waits))) if waits else 0

    def _hit(self, limiter: MovingWindowRateLimiter, attempt: Attempt) -> int:
        for item, key in attempt.limits():
            limiter.hit(item, f"{self._prefix}:{attempt.deed}", *key)
        return 0

    def _try(self, use: Use) -> int:
        if self._shared is not None and time.monotonic() >= self._rests_until:
            try:
                return use(self._shared)
            except Exception as error:  # noqa: BLE001 - any failure of the store, of any driver
                log.warning("Limits are kept in memory for now.", error=repr(error))
                self._rests_until = time.monotonic() + REST_S
        return use(self._own)


def attempts_of(site: Site) -> Attempts:
    """Return what counts the attempts at a site; one per process."""
    if SERVICE not in site.services:
        site.services[SERVICE] = Attempts(site)
    counter: Attempts = site.services[SERVICE]
    return counter


def take_turn(context: Context, deed: Deed, account: str) -> None:
    """Count an attempt by the caller; refuse it if there were too many.

    Calls from inside (commands, jobs) are not counted.
    """
    if context.ignore_auth or context.is_sysadmin:
        return
    attempt = Attempt(deed=deed, account=account, address=context.origin.address)
    counter = attempts_of(context.site)
    counter.require(attempt)
    counter.count(attempt)


def _shared_limiter(url: str) -> MovingWindowRateLimiter | None:
    try:
        # the limits library has its own word for Redis on a Unix socket
        storage = storage_from_string(
            url.replace("unix://", "redis+unix://", 1),
            socket_timeout=PATIENCE_S,
            socket_connect_timeout=PATIENCE_S,
        )
    except Exception as error:  # noqa: BLE001 - the site works without it
        log.warning("Limits are kept in memory.", error=repr(error))
        return None
    return MovingWindowRateLimiter(storage) if isinstance(storage, Storage) else None
