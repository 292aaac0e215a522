"""Versions and locks of datasets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ForeignKey, String, Text, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from cytotheca.core.models.base import Base, JsonValue, UtcDateTime, new_id, utc_now


class DatasetVersion(Base):
    """A published state of a dataset, frozen as it was shown.

    ``changes`` sums up what differs from the version before; ``private`` tells
    that it was published to the circle only.
    """

    __tablename__ = "dataset_version"
    __table_args__ = (sa.UniqueConstraint("package_id", "major", "minor"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    package_id: Mapped[str] = mapped_column(
        ForeignKey("package.id", ondelete="CASCADE"), index=True
    )
    major: Mapped[int]
    minor: Mapped[int]
    document: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    changes: Mapped[dict[str, Any] | None] = mapped_column(JsonValue)
    private: Mapped[bool] = mapped_column(default=False)
    published_by: Mapped[str | None] = mapped_column(String(36))
    published_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class DatasetLock(Base):
    """Somebody or something holds a dataset; unique per reason."""

    __tablename__ = "dataset_lock"
    __table_args__ = (sa.UniqueConstraint("package_id", "reason"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    package_id: Mapped[str] = mapped_column(
        ForeignKey("package.id", ondelete="CASCADE"), index=True
    )
    reason: Mapped[str] = mapped_column(String(40))
    user_id: Mapped[str | None] = mapped_column(String(36))
    info: Mapped[str | None] = mapped_column(Text)
    created: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    invocation_id: Mapped[str | None] = mapped_column(String(36))


def list_locks(session: Session, package_id: str) -> Sequence[DatasetLock]:
    """Return the locks of a dataset; one statement."""
    return session.scalars(select(DatasetLock).where(DatasetLock.package_id == package_id)).all()


def latest_version(session: Session, package_id: str) -> DatasetVersion | None:
    """Return the newest published version of a dataset; one statement."""
    query = select(DatasetVersion).where(DatasetVersion.package_id == package_id)
    order = (DatasetVersion.major.desc(), DatasetVersion.minor.desc())
    return session.scalar(query.order_by(*order).limit(1))


_MINORS = 1_000_000


def publications(session: Session, ids: Sequence[str]) -> Mapping[str, tuple[datetime, str]]:
    """Return dataset id → when it was first published, and its newest version; one statement."""
    number = func.max(DatasetVersion.major * _MINORS + DatasetVersion.minor)
    query = (
        select(DatasetVersion.package_id, func.min(DatasetVersion.published_at), number)
        .where(DatasetVersion.package_id.in_(ids))
        .group_by(DatasetVersion.package_id)
    )
    return {
        package_id: (first, "{}.{}".format(*divmod(newest, _MINORS)))
        for package_id, first, newest in session.execute(query)
    }
