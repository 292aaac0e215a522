"""Calls that clients may repeat without doing them twice: what they were answered."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ForeignKey, String, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from cytotheca.core.models.base import Base, JsonValue, UtcDateTime, utc_now

KEPT: Final = timedelta(days=1)


class RepeatableCall(Base):
    """A call with an ``Idempotency-Key``, and its answer; written in the call's transaction.

    ``call_hash`` tells whether a later call of the same key asks for the same thing.
    """

    __tablename__ = "repeatable_call"

    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    call_hash: Mapped[str] = mapped_column(String(64))
    created: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, index=True)
    result: Mapped[Any] = mapped_column(JsonValue, nullable=True)
    changed: Mapped[list[str]] = mapped_column(JsonValue, default=list)


def find_call(session: Session, key_hash: str) -> RepeatableCall | None:
    """Return the call of a key, unless it is too old to be repeated."""
    found = session.get(RepeatableCall, key_hash)
    return found if found is not None and found.created > utc_now() - KEPT else None


def forget_old_calls(session: Session) -> None:
    """Remove what nobody will repeat any more."""
    session.execute(delete(RepeatableCall).where(RepeatableCall.created < utc_now() - KEPT))
