"""How often files were downloaded: a number a day, and nothing of who it was."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import sqlalchemy as sa
from sqlalchemy import Date, ForeignKey, String, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from cytotheca.core.models.base import Base, utc_now


class DownloadCount(Base):
    """Downloads of a file on one day."""

    __tablename__ = "download_count"
    __table_args__ = (sa.Index("ix_download_count_package", "package_id", "day"),)

    resource_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    package_id: Mapped[str] = mapped_column(ForeignKey("package.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(default=0)


def count_download(session: Session, package_id: str, resource_id: str) -> None:
    """Count one more; one statement, also if several processes count at once."""
    dialect = session.get_bind().dialect.name
    insert = (postgresql if dialect == "postgresql" else sqlite).insert(DownloadCount)
    row = {
        "resource_id": resource_id,
        "day": utc_now().date(),
        "package_id": package_id,
        "number": 1,
    }
    session.execute(
        insert.values(**row).on_conflict_do_update(
            index_elements=["resource_id", "day"],
            set_={"number": DownloadCount.number + 1},
        )
    )


def sum_downloads(
    session: Session, package_id: str, recent_since: date
) -> Mapping[str, tuple[int, int]]:
    """Return resource id → (downloads, those since a day) of files with any; one statement."""
    recent = sa.case((DownloadCount.day >= recent_since, DownloadCount.number), else_=0)
    query = (
        select(DownloadCount.resource_id, func.sum(DownloadCount.number), func.sum(recent))
        .where(DownloadCount.package_id == package_id)
        .group_by(DownloadCount.resource_id)
    )
    return {row[0]: (int(row[1]), int(row[2])) for row in session.execute(query)}
