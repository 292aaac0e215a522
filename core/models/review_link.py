"""Review links: whoever has one reads one dataset that is not public yet."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, Select, String, Text, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from cytotheca.core.models.base import Base, UtcDateTime, new_id, utc_now
from cytotheca.core.models.package import Package

KEY_PREFIX = "review-"


class ReviewLink(Base):
    """A link to a dataset; only the digest of its key is kept. Revoking deletes the row."""

    __tablename__ = "review_link"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    package_id: Mapped[str] = mapped_column(
        ForeignKey("package.id", ondelete="CASCADE"), index=True
    )
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    anonymous: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(Text, default="")
    creator_id: Mapped[str | None] = mapped_column(String(36))
    created: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    expires: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


def make_review_key() -> tuple[str, str]:
    """Return a new key, and the digest that is kept of it."""
    key = KEY_PREFIX + secrets.token_urlsafe(32)
    return key, _digest(key)


def list_review_links(session: Session, package_id: str) -> Sequence[ReviewLink]:
    """Return the links of a dataset that have not ended, oldest first; one statement."""
    query = select(ReviewLink).where(
        ReviewLink.package_id == package_id, ReviewLink.expires > utc_now()
    )
    return session.scalars(query.order_by(ReviewLink.created, ReviewLink.id)).all()


def find_review(session: Session, key: str) -> tuple[ReviewLink, Package] | None:
    """Return the link of a key, and its dataset, unless the link has ended; one statement."""
    query = _live().where(ReviewLink.key_hash == _digest(key))
    row = session.execute(query).first()
    return (row[0], row[1]) if row else None


def find_reviews(session: Session, link_ids: Sequence[str]) -> Sequence[tuple[ReviewLink, Package]]:
    """Return the links of some ids that have not ended, with their datasets; one statement."""
    rows = session.execute(_live().where(ReviewLink.id.in_(link_ids)))
    return [(row[0], row[1]) for row in rows]


def forget_expired_review_links(session: Session) -> None:
    """Remove links that have ended."""
    session.execute(delete(ReviewLink).where(ReviewLink.expires < utc_now()))


def _live() -> Select[ReviewLink, Package]:
    return (
        select(ReviewLink, Package)
        .join(Package, Package.id == ReviewLink.package_id)
        .where(ReviewLink.expires > utc_now(), Package.state != "deleted")
    )


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
