"""Names that datasets and groups had before: links that were made then still lead to them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from cytotheca.core.models.base import Base, UtcDateTime, utc_now
from cytotheca.core.models.group import Group
from cytotheca.core.models.package import Package

DATASET, GROUP = "dataset", "group"


class FormerName(Base):
    """The latest object that had a name and lost it by being renamed."""

    __tablename__ = "former_name"

    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    object_id: Mapped[str] = mapped_column(String(36), index=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


def note_former_name(session: Session, kind: str, name: str, object_id: str) -> None:
    """Remember that an object had a name."""
    session.merge(FormerName(kind=kind, name=name, object_id=object_id, since=utc_now()))


def find_renamed_dataset(session: Session, name: str) -> Package | None:
    """Return the dataset that had a name, if it is there under another one; two statements."""
    row = session.get(FormerName, (DATASET, name))
    return session.get(Package, row.object_id) if row else None


def find_renamed_group(session: Session, name: str) -> Group | None:
    """Return the group or organization that had a name; two statements."""
    row = session.get(FormerName, (GROUP, name))
    return session.get(Group, row.object_id) if row else None


def forget_former_names(session: Session, object_id: str) -> None:
    """Remove the former names of an object that is purged."""
    session.execute(delete(FormerName).where(FormerName.object_id == object_id))
