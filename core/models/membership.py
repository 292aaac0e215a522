"""Named queries on who, and what, belongs to organizations and groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from cytotheca.core.models.group import Group, Member
from cytotheca.core.models.user import User


class MemberKind(StrEnum):
    """What can be a member; the values of ``Member.table_name``."""

    USER = "user"
    PACKAGE = "package"
    GROUP = "group"


def find_member(session: Session, group_id: str, kind: MemberKind, object_id: str) -> Member | None:
    """Return the membership of an object, or None; one statement."""
    query = select(Member).where(
        Member.group_id == group_id, Member.table_name == kind, Member.table_id == object_id
    )
    return session.scalar(query)


def list_members(
    session: Session, group_id: str, *, kind: MemberKind | None = None, capacity: str | None = None
) -> Sequence[Member]:
    """Return the active memberships in a group; one statement."""
    query = select(Member).where(Member.group_id == group_id, Member.state == "active")
    if kind is not None:
        query = query.where(Member.table_name == kind)
    if capacity is not None:
        query = query.where(func.lower(Member.capacity) == capacity.lower())
    return session.scalars(query.order_by(Member.table_name, Member.table_id)).all()


def users_of_groups(
    session: Session, group_ids: Sequence[str]
) -> Mapping[str, Sequence[tuple[User, str]]]:
    """Return group id → its active users with their roles, by name; one statement."""
    query = (
        select(Member.group_id, User, Member.capacity)
        .join(User, User.id == Member.table_id)
        .where(
            Member.group_id.in_(group_ids),
            Member.table_name == MemberKind.USER,
            Member.state == "active",
            User.state == "active",
        )
        .order_by(User.name)
    )
    found: dict[str, list[tuple[User, str]]] = {}
    for group_id, user, capacity in session.execute(query):
        found.setdefault(group_id, []).append((user, capacity))
    return found


def parents_of_groups(
    session: Session, group_ids: Sequence[str]
) -> Mapping[str, Sequence[tuple[Group, str]]]:
    """Return group id → the active groups above it with capacities, by name; one statement."""
    parent = aliased(Group)
    query = (
        select(Member.group_id, parent, Member.capacity)
        .join(parent, parent.id == Member.table_id)
        .where(
            Member.group_id.in_(group_ids),
            Member.table_name == MemberKind.GROUP,
            Member.state == "active",
            parent.state == "active",
        )
        .order_by(parent.name)
    )
    found: dict[str, list[tuple[Group, str]]] = {}
    for group_id, above, capacity in session.execute(query):
        found.setdefault(group_id, []).append((above, capacity))
    return found


def member_counts(session: Session, group_ids: Sequence[str]) -> Mapping[str, int]:
    """Return group id → number of its active users; one statement."""
    query = (
        select(Member.group_id, func.count())
        .join(User, User.id == Member.table_id)
        .where(
            Member.group_id.in_(group_ids),
            Member.table_name == MemberKind.USER,
            Member.state == "active",
            User.state == "active",
        )
        .group_by(Member.group_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}
