"""The outbox: what must follow a commit, kept until it is done.

A row is written in the transaction that needs it. Index and event rows are
done right after the commit; job rows stay until a worker has finished them,
so that neither a lost queue nor a killed worker loses anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from cytotheca.core.models.base import Base, JsonValue, UtcDateTime, new_id, utc_now


class Kind(StrEnum):
    """What a row asks for."""

    INDEX = "index"
    EVENT = "event"
    JOB = "job"


class JobState(StrEnum):
    """How far a row has come."""

    PENDING = "pending"
    SENT = "sent"
    RUNNING = "running"
    FAILED = "failed"


class Outbox(Base):
    """One thing to do.

    ``key`` names a job (``<subject>:<job>[:<version>]``) and is unique, so
    enqueueing what is queued or running does nothing. ``depends_on`` holds
    keys that must be gone first. ``lease_until`` is renewed by the worker.
    ``postponed_since`` is set while the job itself wishes to run later.
    """

    __tablename__ = "outbox"
    __table_args__ = (sa.Index("ix_outbox_ready", "kind", "state", "available_at"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(10))
    key: Mapped[str] = mapped_column(String(200), unique=True)
    subject: Mapped[str] = mapped_column(String(36), index=True)
    name: Mapped[str] = mapped_column(String(100))
    payload: Mapped[dict[str, Any]] = mapped_column(JsonValue, default=dict)
    depends_on: Mapped[list[str]] = mapped_column(JsonValue, default=list)
    queue: Mapped[str] = mapped_column(String(40), default="default")
    title: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10), default=JobState.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    created: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    available_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    postponed_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str | None] = mapped_column(Text)


def find_row(session: Session, key: str) -> Outbox | None:
    """Return the row of a key; one statement."""
    return session.scalar(select(Outbox).where(Outbox.key == key))


def list_unfinished_jobs(session: Session, subject: str) -> Sequence[Outbox]:
    """Return the jobs of an object that are not done, failed ones included; one statement."""
    query = select(Outbox).where(Outbox.subject == subject, Outbox.kind == Kind.JOB)
    return session.scalars(query.order_by(Outbox.created)).all()


def list_dependents(session: Session, row: Outbox) -> Sequence[Outbox]:
    """Return the jobs that wait for a job, directly or not; one statement per level."""
    found: dict[str, Outbox] = {}
    front = [row.key]
    while front:
        wanted = [
            sa.cast(Outbox.depends_on, String).contains(key, autoescape=True) for key in front
        ]
        rows = session.scalars(select(Outbox).where(Outbox.kind == Kind.JOB, sa.or_(*wanted)))
        new = [
            one
            for one in rows
            if one.key not in found and one.key != row.key and set(one.depends_on) & set(front)
        ]
        found.update({one.key: one for one in new})
        front = [one.key for one in new]
    return list(found.values())


def waits_for_failed(name: str) -> str:
    """Return why a job is not tried: one that it depends on has failed."""
    return f"waits for {name}, which failed"


def list_jobs(
    session: Session, *, queues: Sequence[str] = (), limit: int | None = None
) -> Sequence[Outbox]:
    """Return unfinished jobs (of some queues) that have not failed, oldest first; one statement."""
    query = select(Outbox).where(Outbox.kind == Kind.JOB, Outbox.state != JobState.FAILED)
    if queues:
        query = query.where(Outbox.queue.in_(queues))
    return session.scalars(query.order_by(Outbox.created, Outbox.id).limit(limit)).all()


def list_sendable(session: Session, now: datetime, *, limit: int = 200) -> Sequence[Outbox]:
    """Return pending jobs whose time has come, oldest first; two statements.

    Those that depend on others are counted for themselves: many that must wait do not
    stand in the way of the rest.
    """
    due = (
        Outbox.kind == Kind.JOB,
        Outbox.state == JobState.PENDING,
        Outbox.available_at <= now,
    )
    free = sa.cast(Outbox.depends_on, String) == "[]"
    found: list[Outbox] = []
    for part in (free, sa.not_(free)):
        query = select(Outbox).where(*due, part).order_by(Outbox.created, Outbox.id)
        found += session.scalars(query.limit(limit))
    return sorted(found, key=lambda row: (row.created, row.id))


def list_left_behind(
    session: Session, now: datetime, *, age: timedelta, limit: int = 200
) -> Sequence[Outbox]:
    """Return index and event rows that their process did not get to; one statement."""
    query = select(Outbox).where(
        Outbox.kind.in_((Kind.INDEX, Kind.EVENT)),
        Outbox.available_at <= now,
        Outbox.created <= now - age,
    )
    return session.scalars(query.order_by(Outbox.created, Outbox.id).limit(limit)).all()


def keys_present(session: Session, keys: Sequence[str]) -> dict[str, str]:
    """Return key → state of the keys that still have a row; one statement."""
    if not keys:
        return {}
    rows = session.execute(select(Outbox.key, Outbox.state).where(Outbox.key.in_(keys)))
    return {row[0]: row[1] for row in rows}


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueCount:
    """How many jobs of a queue wait, run or have failed, and since when the oldest may run."""

    queue: str
    waiting: int
    running: int
    failed: int
    oldest: datetime | None


def count_jobs(session: Session) -> Sequence[QueueCount]:
    """Return the counts of each queue that has jobs, by name; one statement."""
    waits = Outbox.state.in_((JobState.PENDING, JobState.SENT))
    query = (
        select(
            Outbox.queue,
            sa.func.count().filter(waits),
            sa.func.count().filter(Outbox.state == JobState.RUNNING),
            sa.func.count().filter(Outbox.state == JobState.FAILED),
            sa.func.min(Outbox.available_at).filter(waits),
        )
        .where(Outbox.kind == Kind.JOB)
        .group_by(Outbox.queue)
        .order_by(Outbox.queue)
    )
    return [
        QueueCount(queue=queue, waiting=waiting, running=running, failed=failed, oldest=oldest)
        for queue, waiting, running, failed, oldest in session.execute(query)
    ]
