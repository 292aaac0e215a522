"""Published versions of datasets: the files they refer to, and named queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import BigInteger, ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, Session, defer, mapped_column

from cytotheca.core.models.base import Base
from cytotheca.core.models.publication import DatasetVersion
from cytotheca.core.models.resource import Resource

NEWEST_FIRST = (DatasetVersion.major.desc(), DatasetVersion.minor.desc())


class VersionFile(Base):
    """Where the bytes of a file of a published version are; they stay as long as the row."""

    __tablename__ = "dataset_version_file"
    __table_args__ = (sa.Index("ix_dataset_version_file_object", "bucket", "object_key"),)

    version_id: Mapped[str] = mapped_column(
        ForeignKey("dataset_version.id", ondelete="CASCADE"), primary_key=True
    )
    resource_id: Mapped[str] = mapped_column(String(36), primary_key=True, index=True)
    bucket: Mapped[str] = mapped_column(String(100))
    object_key: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(Text)
    size: Mapped[int | None] = mapped_column(BigInteger)
    sha256: Mapped[str | None] = mapped_column(String(64))


def list_versions(session: Session, package_id: str) -> Sequence[DatasetVersion]:
    """Return the versions of a dataset without their documents, newest first; one statement."""
    query = select(DatasetVersion).where(DatasetVersion.package_id == package_id)
    query = query.options(defer(DatasetVersion.document)).order_by(*NEWEST_FIRST)
    return session.scalars(query).all()


def find_version(
    session: Session, package_id: str, major: int, minor: int
) -> DatasetVersion | None:
    """Return a version of a dataset; one statement."""
    return session.scalar(
        select(DatasetVersion).where(
            DatasetVersion.package_id == package_id,
            DatasetVersion.major == major,
            DatasetVersion.minor == minor,
        )
    )


def latest_number(session: Session, package_id: str) -> tuple[int, int] | None:
    """Return the number of the newest version of a dataset; one statement."""
    query = select(DatasetVersion.major, DatasetVersion.minor)
    query = query.where(DatasetVersion.package_id == package_id).order_by(*NEWEST_FIRST)
    found = session.execute(query.limit(1)).first()
    return (found[0], found[1]) if found else None


def current_files(session: Session, package_id: str) -> Mapping[str, Resource]:
    """Return resource id → row of all stored files of a dataset; one statement."""
    query = select(Resource).where(
        Resource.package_id == package_id,
        Resource.state == "active",
        Resource.object_key.is_not(None),
    )
    return {row.id: row for row in session.scalars(query)}


def files_of_version(session: Session, version_id: str) -> Mapping[str, VersionFile]:
    """Return resource id → file of a version; one statement."""
    query = select(VersionFile).where(VersionFile.version_id == version_id)
    return {row.resource_id: row for row in session.scalars(query)}


def find_version_file(session: Session, version_id: str, resource_id: str) -> VersionFile | None:
    """Return a file of a version; one statement."""
    return session.get(VersionFile, (version_id, resource_id))


def package_of_version_file(session: Session, resource_id: str) -> str | None:
    """Return the id of the dataset that had a resource in a published version; one statement."""
    query = (
        select(DatasetVersion.package_id)
        .join(VersionFile, VersionFile.version_id == DatasetVersion.id)
        .where(VersionFile.resource_id == resource_id)
    )
    return session.scalar(query.limit(1))


def is_published_file(session: Session, bucket: str, key: str) -> bool:
    """Tell whether a published version refers to an object; one statement."""
    query = select(VersionFile.version_id).where(
        VersionFile.bucket == bucket, VersionFile.object_key == key
    )
    return session.scalar(query.limit(1)) is not None


def has_published_file(session: Session, resource_id: str) -> bool:
    """Tell whether a published version has a stored file of a resource; one statement."""
    query = select(VersionFile.version_id).where(VersionFile.resource_id == resource_id)
    return session.scalar(query.limit(1)) is not None


def objects_of_package(session: Session, package_id: str) -> Sequence[tuple[str, str]]:
    """Return bucket and key of all files of a dataset, of all its versions; one statement."""
    now = select(Resource.bucket, Resource.object_key).where(
        Resource.package_id == package_id, Resource.object_key.is_not(None)
    )
    published = (
        select(VersionFile.bucket, VersionFile.object_key)
        .join(DatasetVersion, DatasetVersion.id == VersionFile.version_id)
        .where(DatasetVersion.package_id == package_id)
    )
    rows: Sequence[Any] = session.execute(sa.union(now, published)).all()
    return [(row[0], row[1]) for row in rows]


def add_files(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add files of versions; one statement, however many."""
    if rows:
        session.execute(sa.insert(VersionFile), [dict(row) for row in rows])
