"""What harvesters are told of: datasets that are, or once were, public.

A row is made when a dataset first becomes public and stays for ever, also after
the dataset was purged, so that harvesters learn that they must forget it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import ColumnElement, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from cytotheca.core.models.base import Base, UtcDateTime, utc_now
from cytotheca.core.models.package import Package


class HarvestRecord(Base):
    """A dataset in the order of first publication; ``changed`` is when it last changed for all."""

    __tablename__ = "harvest_record"
    __table_args__ = ({"sqlite_autoincrement": True},)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    package_id: Mapped[str] = mapped_column(String(36), unique=True)
    owner_org: Mapped[str | None] = mapped_column(String(36), index=True)
    public: Mapped[bool] = mapped_column(default=True)
    changed: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, index=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class HarvestFilter:
    """Which records are wanted: changed in a period (its end is not part of it), of a circle.

    ``last`` is the number of the last one that existed when the walk began.
    """

    since: datetime | None = None
    until: datetime | None = None
    owner_org: str | None = None
    last: int | None = None
    package_id: str | None = None
    only_public: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Harvested:
    """A record and what its dataset is now; ``name`` is empty for those that are gone."""

    number: int
    package_id: str
    name: str
    owner_org: str | None
    changed: datetime
    modified: datetime


_NOW_PUBLIC = sa.and_(
    HarvestRecord.public.is_(True), Package.state == "active", Package.private.is_(False)
)


def list_harvested(
    session: Session, wanted: HarvestFilter, *, after: int, limit: int
) -> Sequence[Harvested]:
    """Return records in the order of their numbers, from behind one on; one statement.

    Numbers never change, so that a walk meets each record once, whatever happens meanwhile.
    """
    query = (
        select(HarvestRecord, Package.name, Package.metadata_modified, _NOW_PUBLIC)
        .outerjoin(Package, Package.id == HarvestRecord.package_id)
        .where(*_conditions(wanted), HarvestRecord.number > after)
        .order_by(HarvestRecord.number)
        .limit(limit)
    )
    return [
        Harvested(
            number=record.number,
            package_id=record.package_id,
            name=name if is_public else "",
            owner_org=record.owner_org,
            changed=record.changed,
            modified=modified or record.changed,
        )
        for record, name, modified, is_public in session.execute(query)
    ]


def count_harvested(session: Session, wanted: HarvestFilter) -> int:
    """Return how many records a walk will meet; one statement."""
    query = select(func.count()).select_from(HarvestRecord)
    query = query.outerjoin(Package, Package.id == HarvestRecord.package_id)
    return session.scalar(query.where(*_conditions(wanted))) or 0


def last_number(session: Session) -> int:
    """Return the number of the newest record; one statement."""
    return session.scalar(select(func.max(HarvestRecord.number))) or 0


def first_change(session: Session) -> datetime | None:
    """Return the earliest time of a change; one statement."""
    return session.scalar(select(func.min(HarvestRecord.changed)))


def list_parts(session: Session, size: int) -> Sequence[tuple[int, datetime]]:
    """Return the parts of ``size`` numbers that hold public datasets; one statement.

    Each comes with the time at which one of its datasets last changed.
    """
    part = (HarvestRecord.number // size).label("part")
    query = (
        select(part, func.max(Package.metadata_modified))
        .join(Package, Package.id == HarvestRecord.package_id)
        .where(_NOW_PUBLIC)
        .group_by(part)
        .order_by(part)
    )
    return [(number, changed) for number, changed in session.execute(query)]


def _conditions(wanted: HarvestFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.since is not None:
        conditions.append(HarvestRecord.changed >= wanted.since)
    if wanted.until is not None:
        conditions.append(HarvestRecord.changed < wanted.until)
    if wanted.owner_org is not None:
        conditions.append(HarvestRecord.owner_org == wanted.owner_org)
    if wanted.last is not None:
        conditions.append(HarvestRecord.number <= wanted.last)
    if wanted.package_id is not None:
        conditions.append(HarvestRecord.package_id == wanted.package_id)
    if wanted.only_public:
        conditions.append(_NOW_PUBLIC)
    return conditions
