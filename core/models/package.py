"""Datasets: the unit of publication and of access control."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ForeignKey, String, Text, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship, selectinload

from cytotheca.core.domain.lists import Part
from cytotheca.core.models.base import Base, JsonDict, UtcDateTime, new_id, utc_now
from cytotheca.core.models.resource import Resource


class Package(Base):
    """A dataset. ``fields`` holds what schema additions of extensions bring."""

    __tablename__ = "package"
    __table_args__ = (sa.Index("ix_package_counted", "owner_org", "state", "private"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    title: Mapped[str | None] = mapped_column(Text)
    version: Mapped[str | None] = mapped_column(String(100))
    url: Mapped[str | None] = mapped_column(Text)
    author: Mapped[str | None] = mapped_column(Text)
    author_email: Mapped[str | None] = mapped_column(Text)
    maintainer: Mapped[str | None] = mapped_column(Text)
    maintainer_email: Mapped[str | None] = mapped_column(Text)
    notes: Mapped[str | None] = mapped_column(Text)
    license_id: Mapped[str | None] = mapped_column(Text)
    type: Mapped[str] = mapped_column(String(100), default="dataset")
    owner_org: Mapped[str | None] = mapped_column(String(36))
    creator_user_id: Mapped[str | None] = mapped_column(String(36), index=True)
    metadata_created: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    metadata_modified: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, index=True)
    private: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(20), default="active", index=True)
    was_active: Mapped[bool] = mapped_column(default=False)
    extras: Mapped[dict[str, Any]] = mapped_column(JsonDict, default=dict)
    fields: Mapped[dict[str, Any]] = mapped_column(JsonDict, default=dict)
    plugin_data: Mapped[dict[str, Any]] = mapped_column(JsonDict, default=dict)

    tags: Mapped[list[PackageTag]] = relationship(
        lazy="raise", cascade="all, delete-orphan", passive_deletes=True
    )
    pid: Mapped[PersistentId] = relationship(
        primaryjoin="Package.id == foreign(PersistentId.package_id)",
        lazy="raise",
        viewonly=True,
        uselist=False,
    )

    @property
    def is_public(self) -> bool:
        """Whether anybody may see the dataset and read its files."""
        return self.state == "active" and not self.private


class PersistentId(Base):
    """Number and persistent identifier of a dataset, from birth and for ever.

    The row outlives the dataset, so that neither is ever given again.
    """

    __tablename__ = "persistent_id"
    __table_args__ = ({"sqlite_autoincrement": True},)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    package_id: Mapped[str] = mapped_column(String(36), unique=True)
    protocol: Mapped[str] = mapped_column(String(20))
    authority: Mapped[str] = mapped_column(String(100))
    identifier: Mapped[str] = mapped_column(String(100))
    account: Mapped[str] = mapped_column(String(32), unique=True)


class Tag(Base):
    """A keyword, free or of a vocabulary."""

    __tablename__ = "tag"
    __table_args__ = (sa.UniqueConstraint("name", "vocabulary_id"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(100), index=True)
    vocabulary_id: Mapped[str | None] = mapped_column(ForeignKey("vocabulary.id"))


class Vocabulary(Base):
    """A controlled list of tags."""

    __tablename__ = "vocabulary"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(100), unique=True)


class PackageTag(Base):
    """A keyword of a dataset."""

    __tablename__ = "package_tag"

    package_id: Mapped[str] = mapped_column(
        ForeignKey("package.id", ondelete="CASCADE"), primary_key=True
    )
    tag_id: Mapped[str] = mapped_column(ForeignKey("tag.id"), primary_key=True, index=True)

    tag: Mapped[Tag] = relationship(lazy="raise")


class PackageMember(Base):
    """A collaborator: a user who was given a role on one dataset."""

    __tablename__ = "package_member"

    package_id: Mapped[str] = mapped_column(
        ForeignKey("package.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[str] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    capacity: Mapped[str] = mapped_column(String(20))
    modified: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


LOADS = (
    selectinload(Package.tags).selectinload(PackageTag.tag),
    selectinload(Package.pid),
)


def find_package(session: Session, ref: str, *, for_update: bool = False) -> Package | None:
    """Return a dataset by id or name with keywords and identifier; four statements at most.

    With ``for_update`` the row is locked until the transaction ends (on SQLite
    the writing transaction itself is the lock).
    """
    query = select(Package).where(sa.or_(Package.id == ref, Package.name == ref)).options(*LOADS)
    query = query.execution_options(populate_existing=True)
    if for_update:
        query = query.with_for_update()
    found = session.scalars(query).all()
    return next((package for package in found if package.id == ref), found[0] if found else None)


def list_packages_by_id(session: Session, ids: Sequence[str]) -> Sequence[Package]:
    """Return datasets with keywords and identifiers; four statements, however many."""
    if not ids:
        return []
    query = select(Package).where(Package.id.in_(ids)).options(*LOADS)
    return session.scalars(query.execution_options(populate_existing=True)).all()


def package_of_resource(session: Session, resource_id: str) -> str | None:
    """Return the id of the dataset that holds a resource; one statement."""
    return session.scalar(
        select(Resource.package_id).where(Resource.id == resource_id, Resource.state == "active")
    )


def list_public_names(session: Session, part: Part) -> Sequence[str]:
    """Return the names of active public datasets, sorted; one statement."""
    query = (
        select(Package.name)
        .where(Package.state == "active", Package.private.is_(False))
        .order_by(Package.name)
        .offset(part.offset)
        .limit(part.limit)
    )
    return session.scalars(query).all()


def count_public(session: Session) -> int:
    """Return how many active public datasets there are; one statement."""
    query = select(func.count()).select_from(Package)
    return session.scalar(query.where(Package.state == "active", Package.private.is_(False))) or 0


def iter_package_ids(session: Session, *, after: str = "", block: int = 500) -> Sequence[str]:
    """Return the next block of dataset ids after one; one statement."""
    query = select(Package.id).where(Package.id > after).order_by(Package.id).limit(block)
    return session.scalars(query).all()
