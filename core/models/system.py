"""Settings changed at run time, states of tasks, dashboards."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from cytotheca.core.models.base import Base, UtcDateTime, new_id, utc_now


class SystemInfo(Base):
    """A run-time editable option."""

    __tablename__ = "system_info"

    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    value: Mapped[str | None] = mapped_column(Text)


class TaskStatus(Base):
    """The state of a task on an object, for clients that watch it."""

    __tablename__ = "task_status"
    __table_args__ = (sa.UniqueConstraint("entity_id", "task_type", "key"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    entity_id: Mapped[str] = mapped_column(String(36))
    entity_type: Mapped[str] = mapped_column(String(100))
    task_type: Mapped[str] = mapped_column(String(100))
    key: Mapped[str] = mapped_column(String(100))
    value: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str | None] = mapped_column(String(40))
    error: Mapped[str | None] = mapped_column(Text)
    last_updated: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class Dashboard(Base):
    """When a user last looked at the news."""

    __tablename__ = "dashboard"

    user_id: Mapped[str] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True
    )
    activity_stream_last_viewed: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    email_last_sent: Mapped[datetime | None] = mapped_column(UtcDateTime)
