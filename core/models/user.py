"""People, their tokens, logins and what they follow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from cytotheca.core.models.base import Base, JsonDict, UtcDateTime, new_id, utc_now


class User(Base):
    """An account. ``email_key`` is the address in lower case, for look-ups."""

    __tablename__ = "user"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    fullname: Mapped[str | None] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(Text)
    email_key: Mapped[str | None] = mapped_column(Text, index=True)
    password: Mapped[str | None] = mapped_column(Text)
    about: Mapped[str | None] = mapped_column(Text)
    image_url: Mapped[str | None] = mapped_column(Text)
    created: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    last_active: Mapped[datetime | None] = mapped_column(UtcDateTime)
    activity_streams_email_notifications: Mapped[bool] = mapped_column(default=False)
    sysadmin: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(20), default="active")
    plugin_extras: Mapped[dict[str, Any]] = mapped_column(JsonDict, default=dict)


class ApiToken(Base):
    """A token's row; revoking deletes it. The token itself is never stored.

    ``end_told`` means: a mail that it ends soon is on its way, or was not needed.
    """

    __tablename__ = "api_token"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    user_id: Mapped[str] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    last_access: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expires: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    end_told: Mapped[bool] = mapped_column(default=False)
    plugin_extras: Mapped[dict[str, Any]] = mapped_column(JsonDict, default=dict)


class LoginSession(Base):
    """A browser's login; the cookie holds the key, the row its SHA-256."""

    __tablename__ = "login_session"

    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    created: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    last_seen: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    expires: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    user_agent: Mapped[str | None] = mapped_column(Text)
    address: Mapped[str | None] = mapped_column(String(50))


class Follow(Base):
    """Somebody follows a user, dataset or group (``kind``)."""

    __tablename__ = "follow"
    __table_args__ = (sa.Index("ix_follow_object", "kind", "object_id"),)

    follower_id: Mapped[str] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    object_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    datetime: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


def find_user(session: Session, ref: str) -> User | None:
    """Return a user by id or name, of any state; one statement."""
    found = session.scalars(select(User).where(sa.or_(User.id == ref, User.name == ref))).all()
    return next((user for user in found if user.id == ref), found[0] if found else None)


def users_by_email(session: Session, email: str) -> Sequence[User]:
    """Return the active users of an address, in any letter case; one statement."""
    query = select(User).where(User.email_key == email.strip().lower(), User.state == "active")
    return session.scalars(query).all()
