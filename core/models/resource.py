"""Resources: the files of a dataset, and the views of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import BigInteger, ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from cytotheca.core.models.base import Base, JsonDict, UtcDateTime, new_id, utc_now


class Resource(Base):
    """A file of a dataset. ``extras`` are its further keys, shown flat.

    ``bucket`` and ``object_key`` say where its bytes are; both are None for links.
    """

    __tablename__ = "resource"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    package_id: Mapped[str] = mapped_column(ForeignKey("package.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(default=0)
    url: Mapped[str] = mapped_column(Text, default="")
    format: Mapped[str | None] = mapped_column(Text, default="")
    description: Mapped[str | None] = mapped_column(Text)
    hash: Mapped[str | None] = mapped_column(Text, default="")
    name: Mapped[str | None] = mapped_column(Text)
    resource_type: Mapped[str | None] = mapped_column(Text)
    mimetype: Mapped[str | None] = mapped_column(Text)
    mimetype_inner: Mapped[str | None] = mapped_column(Text)
    size: Mapped[int | None] = mapped_column(BigInteger)
    created: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    last_modified: Mapped[datetime | None] = mapped_column(UtcDateTime)
    metadata_modified: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    cache_url: Mapped[str | None] = mapped_column(Text)
    cache_last_updated: Mapped[datetime | None] = mapped_column(UtcDateTime)
    url_type: Mapped[str | None] = mapped_column(Text)
    extras: Mapped[dict[str, Any]] = mapped_column(JsonDict, default=dict)
    state: Mapped[str] = mapped_column(String(20), default="active")
    bucket: Mapped[str | None] = mapped_column(String(100))
    object_key: Mapped[str | None] = mapped_column(String(200))
    etag: Mapped[str | None] = mapped_column(String(100))
    sha256: Mapped[str | None] = mapped_column(String(64), index=True)

    __table_args__ = (sa.Index("ix_resource_in_order", "package_id", "state", "position"),)


class ResourceView(Base):
    """A way of showing a resource on its page."""

    __tablename__ = "resource_view"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    resource_id: Mapped[str] = mapped_column(
        ForeignKey("resource.id", ondelete="CASCADE"), index=True
    )
    title: Mapped[str | None] = mapped_column(Text)
    description: Mapped[str | None] = mapped_column(Text)
    view_type: Mapped[str] = mapped_column(String(100))
    order: Mapped[int] = mapped_column(default=0)
    config: Mapped[dict[str, Any]] = mapped_column(JsonDict, default=dict)


class UploadTicket(Base):
    """A direct upload that was begun: who may register which object, until when.

    ``consumed`` is set in the transaction that registers the object; from then
    on the gateway refuses every further write to it.
    """

    __tablename__ = "upload_ticket"

    resource_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    bucket: Mapped[str] = mapped_column(String(100))
    object_key: Mapped[str] = mapped_column(String(200))
    user_id: Mapped[str] = mapped_column(String(36), index=True)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    created: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, index=True)
    consumed: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (sa.Index("ix_upload_ticket_object", "bucket", "object_key", unique=True),)


def find_resource(session: Session, resource_id: str) -> Resource | None:
    """Return an active resource by id; one statement."""
    return session.scalar(
        select(Resource).where(Resource.id == resource_id, Resource.state == "active")
    )


def resources_of_packages(
    session: Session, package_ids: Sequence[str]
) -> Mapping[str, Sequence[Resource]]:
    """Return dataset id → its active resources in their order; one statement."""
    found: dict[str, list[Resource]] = {}
    if not package_ids:
        return found
    query = select(Resource).where(Resource.package_id.in_(package_ids), Resource.state == "active")
    query = query.order_by(Resource.package_id, Resource.position)
    for resource in session.scalars(query.execution_options(populate_existing=True)):
        found.setdefault(resource.package_id, []).append(resource)
    return found


def list_views(session: Session, resource_id: str) -> Sequence[ResourceView]:
    """Return the views of a resource in their order; one statement."""
    query = select(ResourceView).where(ResourceView.resource_id == resource_id)
    return session.scalars(query.order_by(ResourceView.order, ResourceView.id)).all()


def find_ticket_for_update(session: Session, bucket: str, key: str) -> UploadTicket | None:
    """Return and lock the ticket of an object; one statement."""
    query = select(UploadTicket).where(
        UploadTicket.bucket == bucket, UploadTicket.object_key == key
    )
    return session.scalar(query.with_for_update())
