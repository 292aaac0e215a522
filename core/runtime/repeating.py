"""Calls that may be repeated: the second one does nothing and is answered as the first.

The answer is kept in the transaction of the call, so that either both are there or
neither; calls that fail leave nothing and may be tried again.
Source: draft-ietf-httpapi-idempotency-key-header.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.exc import IntegrityError

from cytotheca.core.domain.errors import ValidationError
from cytotheca.core.models.repeatable import RepeatableCall, find_call

if TYPE_CHECKING:
    from cytotheca.core.runtime.context import Context

HEADER: Final = "Idempotency-Key"
MOST_CHARACTERS: Final = 255
MISUSED: Final = "This key was sent with another call. Use a new one for each call."


class AlreadyRunning(Exception):
    """Another call of the same key was faster; its answer is there by now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """Key and content of a call, as digests."""

    user_id: str
    key_hash: str
    call_hash: str


def repeat_of(key: str, user_id: str, name: str, params: Mapping[str, Any]) -> Repeat:
    """Return what identifies a call. Raises ``ValidationError`` for a key that is none."""
    if not key.isprintable() or not 1 <= len(key) <= MOST_CHARACTERS:
        raise ValidationError({HEADER: [f"Must have 1 to {MOST_CHARACTERS} printable characters"]})
    call = json.dumps([name, params], sort_keys=True, default=_describe)
    return Repeat(user_id=user_id, key_hash=_digest(f"{user_id}\n{key}"), call_hash=_digest(call))


def recall(context: Context, repeat: Repeat) -> RepeatableCall | None:
    """Return the earlier call of a key. Raises ``ValidationError`` if it was another one."""
    known = find_call(context.session, repeat.key_hash)
    if known is not None and known.call_hash != repeat.call_hash:
        raise ValidationError({HEADER: [MISUSED]})
    return known


def claim(context: Context, repeat: Repeat) -> RepeatableCall:
    """Begin a call; from now on another one of the key waits. Raises ``AlreadyRunning``."""
    old = context.session.get(RepeatableCall, repeat.key_hash)
    if old is not None:
        context.session.delete(old)
        context.session.flush()
    row = RepeatableCall(
        key_hash=repeat.key_hash, user_id=repeat.user_id, call_hash=repeat.call_hash
    )
    context.session.add(row)
    try:
        context.session.flush()
    except IntegrityError as error:
        raise AlreadyRunning from error
    return row


def keep(row: RepeatableCall, result: Any, changed: frozenset[str]) -> None:
    """Note what a call is answered."""
    row.result = json.loads(json.dumps(result, default=str))
    row.changed = sorted(changed)


def _describe(value: object) -> object:
    """Return what stands for a value that is no JSON: of a file, its name and digest."""
    incoming = getattr(value, "incoming", None)
    if incoming is not None:
        return [getattr(value, "filename", ""), incoming.sha256()]
    return str(type(value))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
