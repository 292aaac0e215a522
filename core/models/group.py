"""Organizations (circles) and groups (collections), and their members."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ForeignKey, String, Text, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from cytotheca.core.models.base import Base, JsonDict, UtcDateTime, new_id, utc_now
from cytotheca.core.models.package import Package


class Group(Base):
    """An organization or a group; one table, as CKAN has it."""

    __tablename__ = "group"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    title: Mapped[str | None] = mapped_column(Text)
    description: Mapped[str | None] = mapped_column(Text)
    image_url: Mapped[str | None] = mapped_column(Text)
    type: Mapped[str] = mapped_column(String(100), default="group")
    is_organization: Mapped[bool] = mapped_column(default=False, index=True)
    approval_status: Mapped[str] = mapped_column(String(20), default="approved")
    created: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    state: Mapped[str] = mapped_column(String(20), default="active")
    extras: Mapped[dict[str, Any]] = mapped_column(JsonDict, default=dict)


class Member(Base):
    """Links a user, dataset or group (``table_name``, ``table_id``) to a group."""

    __tablename__ = "member"
    __table_args__ = (
        sa.UniqueConstraint("group_id", "table_name", "table_id"),
        sa.Index("ix_member_table", "table_name", "table_id"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    group_id: Mapped[str] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"))
    table_name: Mapped[str] = mapped_column(String(20))
    table_id: Mapped[str] = mapped_column(String(36))
    capacity: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20), default="active")


def find_group(session: Session, ref: str, *, is_organization: bool | None = None) -> Group | None:
    """Return a group or organization by id or name, of any state; one statement."""
    query = select(Group).where(sa.or_(Group.id == ref, Group.name == ref))
    if is_organization is not None:
        query = query.where(Group.is_organization.is_(is_organization))
    found = session.scalars(query).all()
    return next((group for group in found if group.id == ref), found[0] if found else None)


def roles_of_user(
    session: Session, user_id: str, *, cascading: Sequence[str] = ()
) -> Mapping[str, tuple[str, bool]]:
    """Return group id → (role, is organization) of a user; one statement, two with cascading.

    Roles named by ``cascading`` hold in all groups of the same kind below, too, unless the
    user has a role of its own there that is among them.
    """
    query = (
        select(Member.group_id, Member.capacity, Group.is_organization)
        .join(Group, Group.id == Member.group_id)
        .where(
            Member.table_name == "user",
            Member.table_id == user_id,
            Member.state == "active",
            Group.state == "active",
        )
    )
    roles = {row[0]: (row[1], row[2]) for row in session.execute(query)}
    for wanted in reversed(cascading):  # the role named first has the last word
        above = [group_id for group_id, (role, _) in roles.items() if role == wanted]
        for group_id, is_organization in _groups_below(session, above) if above else ():
            roles[group_id] = (wanted, is_organization)
    return roles


def _groups_below(session: Session, group_ids: Sequence[str]) -> Sequence[tuple[str, bool]]:
    """Return (id, is organization) of all active groups below, of the same kind."""
    top = select(Group.id, Group.is_organization).where(Group.id.in_(group_ids))
    below = top.cte("below", recursive=True)
    child = (
        select(Group.id, Group.is_organization)
        .join(Member, Member.group_id == Group.id)
        .join(below, below.c.id == Member.table_id)
        .where(
            Member.table_name == "group",
            Member.state == "active",
            Group.state == "active",
            Group.is_organization == below.c.is_organization,
        )
    )
    below = below.union(child)  # not "all": a circle of groups comes to an end
    rows = session.execute(select(below.c.id, below.c.is_organization))
    return [(row[0], row[1]) for row in rows if row[0] not in set(group_ids)]


def groups_of_packages(
    session: Session, package_ids: Sequence[str]
) -> Mapping[str, Sequence[Group]]:
    """Return dataset id → its active collections, by name; one statement."""
    query = (
        select(Member.table_id, Group)
        .join(Group, Group.id == Member.group_id)
        .where(
            Member.table_name == "package",
            Member.table_id.in_(package_ids),
            Member.state == "active",
            Group.state == "active",
            Group.is_organization.is_(False),
        )
        .order_by(Group.name)
    )
    found: dict[str, list[Group]] = {}
    for package_id, group in session.execute(query):
        found.setdefault(package_id, []).append(group)
    return found


def groups_by_id(session: Session, ids: Sequence[str]) -> Mapping[str, Group]:
    """Return id → group for the ids that exist; one statement."""
    if not ids:
        return {}
    return {g.id: g for g in session.scalars(select(Group).where(Group.id.in_(ids)))}


def package_ids_of_group(session: Session, group: Group) -> Sequence[str]:
    """Return the ids of all datasets of a circle or collection, of any state; one statement."""
    if group.is_organization:
        return session.scalars(select(Package.id).where(Package.owner_org == group.id)).all()
    query = select(Member.table_id).where(
        Member.group_id == group.id, Member.table_name == "package", Member.state == "active"
    )
    return session.scalars(query).all()


def public_counts(session: Session, groups: Sequence[Group]) -> Mapping[str, int]:
    """Return group id → number of public active datasets; two statements at most."""
    counts: dict[str, int] = {}
    organizations = [g.id for g in groups if g.is_organization]
    others = [g.id for g in groups if not g.is_organization]
    shown = (Package.state == "active", Package.private.is_(False))
    if organizations:
        by_owner = (
            select(Package.owner_org, func.count())
            .where(Package.owner_org.in_(organizations), *shown)
            .group_by(Package.owner_org)
        )
        counts.update({str(row[0]): row[1] for row in session.execute(by_owner)})
    if others:
        by_member = (
            select(Member.group_id, func.count())
            .join(Package, sa.and_(Package.id == Member.table_id, *shown))
            .where(
                Member.group_id.in_(others),
                Member.table_name == "package",
                Member.state == "active",
            )
            .group_by(Member.group_id)
        )
        counts.update({row[0]: row[1] for row in session.execute(by_member)})
    return counts


def groups_by_name(session: Session, names: Sequence[str]) -> Mapping[str, str]:
    """Return name → title of the groups that exist; one statement."""
    if not names:
        return {}
    rows = session.execute(select(Group.name, Group.title).where(Group.name.in_(names)))
    return {row[0]: row[1] or row[0] for row in rows}
