"""Rules for ids, names and persistent identifiers."""

from __future__ import annotations

import re
from uuid import UUID

NAME_PATTERN = re.compile(r"[a-z0-9_-]*")
RESERVED_NAMES = frozenset({"new", "edit", "search"})
UUID_PATTERN = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}")
PID_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
PID_LENGTH = 6


def is_uuid(text: str) -> bool:
    """Tell whether the text is a UUID in its canonical, lower-case form.

    The version does not matter: imported ids are MD5 sums in UUID form.
    """
    return bool(UUID_PATTERN.fullmatch(text))


def canonical_uuid(text: str) -> str | None:
    """Return the canonical form of a UUID in any spelling, or None if it is none."""
    try:
        return str(UUID(text))
    except ValueError:
        return None


def name_problem(name: str, *, shortest: int = 2, longest: int = 100) -> str | None:
    """Return what is wrong with the name of a dataset, group or user, if anything."""
    if name in RESERVED_NAMES:
        return "That name cannot be used"
    if len(name) < shortest:
        return f"Must be at least {shortest} characters long"
    if len(name) > longest:
        return f"Name must be a maximum of {longest} characters long"
    if not NAME_PATTERN.fullmatch(name):
        return "Must be purely lowercase alphanumeric (ascii) characters and these symbols: -_"
    return None


def pid_identifier(shoulder: str, randomness: int) -> str:
    """Return ``shoulder`` plus six characters ``[A-Z0-9]`` drawn from a random number."""
    letters = []
    for _ in range(PID_LENGTH):
        randomness, index = divmod(randomness, len(PID_ALPHABET))
        letters.append(PID_ALPHABET[index])
    return shoulder + "".join(letters)
