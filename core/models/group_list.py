"""Named queries that list organizations or groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from cytotheca.core.domain.lists import WHOLE, Part
from cytotheca.core.models.group import Group, Member
from cytotheca.core.models.package import Package

SORTABLE = ("title", "name", "package_count")


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupFilter:
    """Which active organizations (or groups) are wanted."""

    is_organization: bool
    words: str = ""
    names: Sequence[str] = ()
    type: str | None = None
    ids: Sequence[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupOrder:
    """By which field a list of groups is sorted; names break ties."""

    field: str = "title"
    descending: bool = False


BY_TITLE = GroupOrder()


def list_groups(
    session: Session,
    wanted: GroupFilter,
    *,
    order: GroupOrder = BY_TITLE,
    part: Part = WHOLE,
) -> Sequence[Group]:
    """Return active groups; one statement."""
    query = select(Group).where(*_conditions(wanted))
    key = _sort_key(order.field, is_organization=wanted.is_organization)
    query = query.order_by(key.desc() if order.descending else key.asc(), Group.name)
    return session.scalars(query.limit(part.limit).offset(part.offset)).all()


def count_groups(session: Session, wanted: GroupFilter) -> int:
    """Return how many there are; one statement."""
    return session.scalar(select(func.count()).select_from(Group).where(*_conditions(wanted))) or 0


def display_key(
    title: InstrumentedAttribute[str | None], name: InstrumentedAttribute[str]
) -> sa.ColumnElement[str]:
    """Return what a list is sorted by for people: the title, or else the name."""
    return func.lower(func.coalesce(func.nullif(title, ""), name))


def _conditions(wanted: GroupFilter) -> list[sa.ColumnElement[bool]]:
    conditions = [Group.is_organization.is_(wanted.is_organization), Group.state == "active"]
    if wanted.words:
        conditions.append(
            sa.or_(
                Group.name.icontains(wanted.words, autoescape=True),
                Group.title.icontains(wanted.words, autoescape=True),
            )
        )
    if wanted.names:
        conditions.append(sa.or_(Group.name.in_(wanted.names), Group.id.in_(wanted.names)))
    if wanted.type:
        conditions.append(Group.type == wanted.type)
    if wanted.ids is not None:
        conditions.append(Group.id.in_(wanted.ids))
    return conditions


def _sort_key(field: str, *, is_organization: bool) -> sa.ColumnElement[Any]:
    if field == "name":
        return Group.name.expression
    if field == "title":
        return display_key(Group.title, Group.name)
    shown = (Package.state == "active", Package.private.is_(False))
    if is_organization:
        owned = select(func.count()).where(Package.owner_org == Group.id, *shown)
        return owned.scalar_subquery()
    collected = (
        select(func.count())
        .select_from(Member)
        .join(Package, sa.and_(Package.id == Member.table_id, *shown))
        .where(
            Member.group_id == Group.id,
            Member.table_name == "package",
            Member.state == "active",
        )
    )
    return collected.scalar_subquery()
