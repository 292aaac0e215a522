"""Named queries on keywords and vocabularies."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cytotheca.core.models.package import Package, PackageTag, Tag, Vocabulary


def find_vocabulary(session: Session, ref: str) -> Vocabulary | None:
    """Return a vocabulary by id or name; one statement."""
    query = select(Vocabulary).where(sa.or_(Vocabulary.id == ref, Vocabulary.name == ref))
    found = session.scalars(query).all()
    return next((one for one in found if one.id == ref), found[0] if found else None)


def find_tag(session: Session, ref: str, vocabulary_id: str | None) -> Tag | None:
    """Return a tag by id, or by name in a vocabulary (None: the free tags); one statement."""
    named = sa.and_(Tag.name == ref, _in(vocabulary_id))
    found = session.scalars(select(Tag).where(sa.or_(Tag.id == ref, named))).all()
    return next((one for one in found if one.id == ref), found[0] if found else None)


def list_tags(
    session: Session,
    *,
    words: str = "",
    vocabulary_id: str | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> Sequence[Tag]:
    """Return tags by name: all of a vocabulary, else the free ones in public use; one statement."""
    query = select(Tag).where(*_conditions(words, vocabulary_id))
    return session.scalars(query.order_by(Tag.name).limit(limit).offset(offset)).all()


def count_tags(session: Session, *, words: str = "", vocabulary_id: str | None = None) -> int:
    """Return the number of tags that ``list_tags`` has; one statement."""
    conditions = _conditions(words, vocabulary_id)
    return session.scalar(select(func.count()).select_from(Tag).where(*conditions)) or 0


def tags_of_vocabularies(session: Session, ids: Sequence[str]) -> dict[str, list[Tag]]:
    """Return vocabulary id → its tags by name; one statement."""
    query = select(Tag).where(Tag.vocabulary_id.in_(ids)).order_by(Tag.name)
    found: dict[str, list[Tag]] = {}
    for tag in session.scalars(query):
        found.setdefault(str(tag.vocabulary_id), []).append(tag)
    return found


def packages_with_tags(session: Session, tag_ids: Sequence[str]) -> Sequence[str]:
    """Return the ids of all datasets that have one of the tags; one statement."""
    query = select(PackageTag.package_id).where(PackageTag.tag_id.in_(tag_ids)).distinct()
    return session.scalars(query).all()


def _in(vocabulary_id: str | None) -> sa.ColumnElement[bool]:
    if vocabulary_id is None:
        return Tag.vocabulary_id.is_(None)
    return Tag.vocabulary_id == vocabulary_id


def _conditions(words: str, vocabulary_id: str | None) -> list[sa.ColumnElement[bool]]:
    conditions = [_in(vocabulary_id)]
    if words:
        conditions.append(Tag.name.icontains(words, autoescape=True))
    if vocabulary_id is None:
        used = select(PackageTag.tag_id).join(Package, Package.id == PackageTag.package_id)
        public = used.where(Package.state == "active", Package.private.is_(False))
        conditions.append(Tag.id.in_(public))
    return conditions
