"""Passwords: Argon2id; the pbkdf2-sha512 strings of CKAN are accepted, too."""

from __future__ import annotations

import base64
import hashlib
import hmac
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_LENGTH = 8
MAX_LENGTH = 1024
ESTIMATED_LENGTH = 64
COMMON_GUESSES = 10**6

# 46 MiB, one pass, one thread: the first of the equally strong settings of the OWASP Password
# Storage Cheat Sheet. The library's own (64 MiB, 3 passes, 4 threads) takes three times the
# processor, which whoever guesses passwords would make the site spend.
_hasher = PasswordHasher(time_cost=1, memory_cost=47104, parallelism=1)


@cache
def _nobodys_hash() -> str:
    """Return the hash that is tried where there is no account; made on first use."""
    return _hasher.hash("no account has this password")


def hash_password(password: str) -> str:
    """Return the Argon2id string of a password."""
    return _hasher.hash(password)


def verify_password(password: str, stored: str | None) -> bool:
    """Tell whether a password fits; takes its time also where there is no account."""
    if len(password) > MAX_LENGTH:
        return False
    if stored is not None and stored.startswith("$pbkdf2-sha512$"):
        return _verify_pbkdf2(password, stored)
    try:
        _hasher.verify(stored or _nobodys_hash(), password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def is_outdated(stored: str) -> bool:
    """Tell whether a hash was made in a way that we would not choose now."""
    try:
        return _hasher.check_needs_rehash(stored)
    except InvalidHashError:
        return True


def is_common(password: str, *known: str | None) -> bool:
    """Tell whether guessers try a password early; ``known`` are the owner's name and address.

    The lists are part of the library; nothing is asked over the network.
    Source: Wheeler 2016, "zxcvbn: low-budget password strength estimation".
    """
    from zxcvbn import zxcvbn  # noqa: PLC0415 - large lists, wanted rarely

    words = [word for text in known if text for word in (text, *text.split("@"))]
    guesses: int = zxcvbn(password[:ESTIMATED_LENGTH], user_inputs=words)["guesses"]
    return guesses < COMMON_GUESSES


def _verify_pbkdf2(password: str, stored: str) -> bool:
    """Verify ``$pbkdf2-sha512$<rounds>$<salt>$<digest>``, in passlib's base64."""
    try:
        _, _, rounds, salt, digest = stored.split("$")
        wanted = _ab64(digest)
        made = hashlib.pbkdf2_hmac("sha512", password.encode(), _ab64(salt), int(rounds))
    except ValueError:
        return False
    return hmac.compare_digest(made[: len(wanted)], wanted)


def _ab64(text: str) -> bytes:
    text = text.replace(".", "+")
    return base64.b64decode(text + "=" * (-len(text) % 4))
