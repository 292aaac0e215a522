"""The second factor of a login: codes of an app, and codes for the day that the app is lost."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from cytotheca.core.models.base import Base, JsonValue, UtcDateTime


class SecondFactor(Base):
    """What codes are checked with.

    The secret of the app is derived from ``nonce`` and the site's own secret, so that a copy
    of the database alone makes no codes. ``last_step`` is the latest time step whose code was
    used; ``recovery`` has digests.
    """

    __tablename__ = "second_factor"

    user_id: Mapped[str] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True
    )
    nonce: Mapped[str] = mapped_column(String(64))
    confirmed: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)
    recovery: Mapped[list[str]] = mapped_column(JsonValue, default=list)
