"""Named queries on who can see a dataset, and why."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session

from cytotheca.core.domain.roles import Role
from cytotheca.core.models.group import Group, Member
from cytotheca.core.models.membership import MemberKind, parents_of_groups
from cytotheca.core.models.package import Package, PackageMember
from cytotheca.core.models.user import User


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason why a user can see a dataset; ``circle`` is its name where one gives the right."""

    user: User
    reason: str
    role: str
    circle: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Readers:
    """Which roles open a dataset: in its circle, in those above, and of collaborators.

    ``groups`` are ids of further groups, all whose members read it.
    """

    own_roles: Collection[str]
    roles_above: Collection[str]
    shares: bool
    groups: Collection[str] = ()


def list_reasons(
    session: Session, package: Package, readers: Readers, *, limit: int, offset: int
) -> Sequence[Reason]:
    """Return the reasons of all people, by name of the person; a handful of statements."""
    rights = _rights(session, package, readers)
    query = (
        select(User, rights.c.reason, rights.c.role, Group.title, Group.name)
        .join(rights, rights.c.user_id == User.id)
        .outerjoin(Group, Group.id == rights.c.group_id)
        .where(User.state == "active")
        .order_by(User.name, rights.c.reason, Group.name)
        .limit(limit)
        .offset(offset)
    )
    return [
        Reason(user=user, reason=reason, role=role, circle=title or name or "")
        for user, reason, role, title, name in session.execute(query)
    ]


def count_reasons(session: Session, package: Package, readers: Readers) -> int:
    """Return how many reasons there are."""
    rights = _rights(session, package, readers)
    query = select(func.count()).select_from(rights).join(User, User.id == rights.c.user_id)
    return session.scalar(query.where(User.state == "active")) or 0


def _rights(session: Session, package: Package, readers: Readers) -> sa.Subquery:
    """Return (user id, reason, role, group id) of everybody whom something lets in."""
    nobody = sa.null().label("group_id")
    parts: list[Any] = [
        select(
            User.id.label("user_id"),
            literal("administrator").label("reason"),
            literal("admin").label("role"),
            nobody,
        ).where(User.sysadmin.is_(True))
    ]
    if package.owner_org:
        parts.append(_members([package.owner_org], "circle", readers.own_roles))
        above = _groups_above(session, package.owner_org) if readers.roles_above else []
        parts.append(_members(above, "circle_above", readers.roles_above))
    if package.creator_user_id and (package.state != "active" or not package.owner_org):
        creator = select(User.id, literal("creator"), literal("editor"), nobody)
        parts.append(creator.where(User.id == package.creator_user_id))
    if readers.groups:
        parts.append(_members(sorted(readers.groups), "collection", list(Role)))
    if readers.shares:
        shared = select(
            PackageMember.user_id, literal("collaborator"), PackageMember.capacity, nobody
        )
        parts.append(shared.where(PackageMember.package_id == package.id))
    return sa.union_all(*parts).subquery("rights")


def _members(group_ids: Sequence[str], reason: str, roles: Collection[str]) -> Any:
    return select(Member.table_id, literal(reason), Member.capacity, Member.group_id).where(
        Member.group_id.in_(group_ids),
        Member.table_name == MemberKind.USER,
        Member.state == "active",
        Member.capacity.in_(roles),
    )


def _groups_above(session: Session, group_id: str) -> list[str]:
    """Return the ids of all groups above one; a statement a level."""
    found: list[str] = []
    level = [group_id]
    while level:
        parents = parents_of_groups(session, level)
        above = {parent.id for rows in parents.values() for parent, _ in rows}
        level = sorted(above - set(found) - {group_id})
        found += level
    return found
