"""How many calls a minute a caller may make of the API, and the headers that tell.

Headers: draft-ietf-httpapi-ratelimit-headers, in the form of its versions up to 06,
which is the one that clients read.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from typing import Final

from flask import Response, request

from cytotheca.core.auth.attempts import attempts_of
from cytotheca.core.domain.addresses import counted_address
from cytotheca.core.domain.errors import TooManyRequests
from cytotheca.core.http.identity import Identity
from cytotheca.core.runtime.site import Site
from cytotheca.core.settings.site import ApiSettings

WINDOW_S: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What a caller has left of the present minute."""

    limit: int
    used: int
    ends_in_s: int

    def tell(self, response: Response) -> None:
        """Add the headers."""
        response.headers["RateLimit-Limit"] = str(self.limit)
        response.headers["RateLimit-Remaining"] = str(max(0, self.limit - self.used))
        response.headers["RateLimit-Reset"] = str(self.ends_in_s)
        response.headers["RateLimit-Policy"] = f"{self.limit};w={WINDOW_S}"

    def require(self) -> None:
        """Refuse a call beyond the limit. Raises ``TooManyRequests``."""
        if self.used > self.limit:
            text = f"At most {self.limit} calls a minute are answered. Please wait a moment."
            raise TooManyRequests(text, retry_after_s=self.ends_in_s)


def count_call(site: Site, identity: Identity) -> Allowance | None:
    """Count a call of the present request; None if the caller has no limit.

    System administrators have none, as whoever runs the site moves whole sites in and out.
    """
    settings = site.settings(ApiSettings)
    known = identity.user_id is not None
    limit = settings.calls_of_user if known else settings.calls_of_address
    if not limit or identity.sysadmin:
        return None
    caller = identity.user_id or counted_address(request.remote_addr or "")
    minute, second = divmod(int(time.time()), WINDOW_S)
    key = hashlib.sha256(caller.encode()).hexdigest()[:32]
    used = attempts_of(site).count_in(f"api:{key}:{minute}", seconds=WINDOW_S)
    return Allowance(limit=limit, used=used, ends_in_s=WINDOW_S - second)
