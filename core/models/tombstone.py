"""What stays of a dataset that was public and was withdrawn."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String, Text, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from cytotheca.core.models.base import Base, UtcDateTime, utc_now


class Tombstone(Base):
    """A withdrawn dataset: how it is cited, why it is gone and since when.

    It outlives the dataset, also its purge, as links and citations do.
    """

    __tablename__ = "tombstone"

    package_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str] = mapped_column(String(100), index=True)
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(Text, default="")
    withdrawn: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


def find_tombstone(session: Session, ref: str) -> Tombstone | None:
    """Return the tombstone of an id, or the newest one of a name; one statement."""
    query = select(Tombstone).where(or_(Tombstone.package_id == ref, Tombstone.name == ref))
    return session.scalar(query.order_by(Tombstone.withdrawn.desc()).limit(1))
