"""Signed URLs of the local store: HMAC-SHA256 over method, object and query.

The signature is itsdangerous' ``Signer``: it derives a key of its own from
the site's secret, compares in constant time and accepts old secrets after a
change. Its timestamps are not used: an expiry that clients can read, and that
is the same for all URLs of a quarter of an hour, belongs into the query.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from enum import StrEnum
from urllib.parse import urlencode

from itsdangerous import Signer

from cytotheca.core.storage.objects import ObjectRef

EXPIRES, SIGNATURE = "Expires", "Signature"
MIN_SECRET_CHARACTERS = 16
GRID_FRACTION = 0.2  # of the lifetime; makes URLs repeat, so that caches work


class SignatureState(StrEnum):
    """What the signature in a query is worth."""

    ABSENT = "absent"
    VALID = "valid"
    EXPIRED = "expired"
    INVALID = "invalid"


class UrlSigner:
    """Signs and checks the queries of object URLs.

    ``secrets`` are tried from the newest (last) to the oldest.
    """

    def __init__(self, secrets: Sequence[str]) -> None:
        if not secrets or min(map(len, secrets)) < MIN_SECRET_CHARACTERS:
            raise ValueError(f"a signing secret needs {MIN_SECRET_CHARACTERS} characters or more")
        self._signer = Signer(
            list(secrets),
            salt="cytotheca.object-url",
            key_derivation="hmac",
            digest_method=hashlib.sha256,
        )

    def sign(self, method: str, ref: ObjectRef, params: Mapping[str, str], *, expires: int) -> str:
        """Return the query that allows one method on one object until ``expires``."""
        query = [*params.items(), (EXPIRES, str(expires))]
        signature = self._signer.get_signature(_canonical(method, ref, query)).decode("ascii")
        return urlencode([*query, (SIGNATURE, signature)])

    def check(
        self, method: str, ref: ObjectRef, query: Sequence[tuple[str, str]], *, now: float
    ) -> SignatureState:
        """Return whether a query allows a method on an object now."""
        signatures = [value for name, value in query if name == SIGNATURE]
        expiries = [value for name, value in query if name == EXPIRES]
        if not signatures and not expiries:
            return SignatureState.ABSENT
        if len(signatures) != 1 or len(expiries) != 1 or not signatures[0].isascii():
            return SignatureState.INVALID
        signed = [pair for pair in query if pair[0] != SIGNATURE]
        if not self._signer.verify_signature(_canonical(method, ref, signed), signatures[0]):
            return SignatureState.INVALID
        return SignatureState.VALID if int(expiries[0]) > now else SignatureState.EXPIRED


def grid_expiry(now: float, lifetime_s: int) -> int:
    """Return an expiry that stays the same for a fifth of the lifetime (±10 %)."""
    grid = max(1, round(lifetime_s * GRID_FRACTION))
    return round(now / grid) * grid + lifetime_s


def _canonical(method: str, ref: ObjectRef, query: Sequence[tuple[str, str]]) -> bytes:
    """Return the signed text; newlines cannot occur within its encoded fields."""
    return "\n".join([method, ref.bucket, ref.key, urlencode(sorted(query))]).encode()
