"""The tables of the activity log."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import JSON, String, Text, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from cytotheca.core.plugins.toolkit import Base, UtcDateTime, new_id, utc_now


class Activity(Base):
    """Somebody created, changed or deleted something.

    ``public`` tells whether everybody could see the object then; ``version`` names the
    version of a dataset that came of it, which holds the details. ``data`` are the
    details of other objects.
    """

    __tablename__ = "activity_event"
    __table_args__ = (
        sa.Index("ix_activity_event_object", "object_id", "timestamp"),
        sa.Index("ix_activity_event_user", "user_id", "timestamp"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    timestamp: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, index=True)
    user_id: Mapped[str | None] = mapped_column(String(36))
    object_id: Mapped[str] = mapped_column(String(36))
    object_type: Mapped[str] = mapped_column(String(20))
    activity_type: Mapped[str] = mapped_column(String(100))
    title: Mapped[str] = mapped_column(Text, default="")
    public: Mapped[bool] = mapped_column(default=True)
    version: Mapped[str | None] = mapped_column(String(30))
    data: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class Seen(Base):
    """Until when a user has seen the news on the dashboard."""

    __tablename__ = "activity_seen"

    user_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    until: Mapped[datetime] = mapped_column(UtcDateTime)


def activity_before(session: Session, activity: Activity) -> Activity | None:
    """Return the previous activity on the same object; one statement."""
    earlier = sa.or_(
        Activity.timestamp < activity.timestamp,
        sa.and_(Activity.timestamp == activity.timestamp, Activity.id < activity.id),
    )
    query = select(Activity).where(Activity.object_id == activity.object_id, earlier)
    order = (Activity.timestamp.desc(), Activity.id.desc())
    return session.scalar(query.order_by(*order).limit(1))


def forget_object(session: Session, object_id: str) -> None:
    """Remove all activities on an object that is gone; one statement."""
    session.execute(delete(Activity).where(Activity.object_id == object_id))


def forget_older(session: Session, before: datetime) -> int:
    """Remove old activities and return how many; one statement."""
    removed = session.execute(delete(Activity).where(Activity.timestamp < before))
    return int(removed.rowcount)  # type: ignore[attr-defined]
