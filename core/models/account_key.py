"""Keys of mailed links: used once, soon void, and only their digest is kept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from cytotheca.core.models.base import Base, JsonValue, UtcDateTime, utc_now
from cytotheca.core.models.user import User


class Purpose(StrEnum):
    """What a link is for."""

    RESET = "reset"
    VERIFY = "verify"
    INVITE = "invite"


LIFETIMES = {
    Purpose.RESET: timedelta(hours=1),
    Purpose.VERIFY: timedelta(days=2),
    Purpose.INVITE: timedelta(days=7),
}
PENDING_LASTS = timedelta(days=8)
AWAITS_LINK = "awaits_link"
"""Key of ``User.plugin_extras``: the account was never used yet."""


class AccountKey(Base):
    """A link that was mailed to a user; ``data`` is what following it brings about."""

    __tablename__ = "account_key"

    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(String(20))
    created: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    expires: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    data: Mapped[dict[str, Any]] = mapped_column(JsonValue, default=dict)


def make_key(
    session: Session, user_id: str, purpose: Purpose, data: dict[str, Any] | None = None
) -> str:
    """Add a key's row and return the key; an earlier one for the same thing is void."""
    same = (AccountKey.user_id == user_id, AccountKey.purpose == purpose)
    for row in session.scalars(select(AccountKey).where(*same)).all():
        if row.data == (data or {}):
            session.delete(row)
    key = secrets.token_hex(32)
    expires = utc_now() + LIFETIMES[purpose]
    session.add(
        AccountKey(
            key_hash=_digest(key),
            user_id=user_id,
            purpose=purpose,
            expires=expires,
            data=data or {},
        )
    )
    return key


def find_key(session: Session, user_id: str, key: str) -> AccountKey | None:
    """Return the row of a key that is still good, else None; one statement."""
    return session.scalar(
        select(AccountKey).where(
            AccountKey.key_hash == _digest(key),
            AccountKey.user_id == user_id,
            AccountKey.expires > utc_now(),
        )
    )


def void_keys(session: Session, user_id: str) -> None:
    """Make all links useless that were mailed to a user."""
    session.execute(delete(AccountKey).where(AccountKey.user_id == user_id))


def forget_expired_keys(session: Session) -> None:
    """Remove keys that have ended, and accounts whose owners never followed their link."""
    session.execute(delete(AccountKey).where(AccountKey.expires < utc_now()))
    pending = select(User).where(
        User.state == "pending",
        User.created < utc_now() - PENDING_LASTS,
        User.id.not_in(select(AccountKey.user_id)),
    )
    for user in session.scalars(pending).all():
        if user.plugin_extras.get(AWAITS_LINK):  # others were set back by an administrator
            session.delete(user)


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
