"""Writing memberships: of users, datasets and groups above."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy import select

from cytotheca.core.auth.group import get_group, require_collectable
from cytotheca.core.auth.roles import forget_roles
from cytotheca.core.domain.errors import NotFound, ValidationError
from cytotheca.core.models.group import Group, Member
from cytotheca.core.models.membership import MemberKind, find_member, list_members
from cytotheca.core.models.package import Package
from cytotheca.core.models.user import User
from cytotheca.core.runtime.auditing import record
from cytotheca.core.runtime.context import Context
from cytotheca.core.schema.dataset import GroupItem
from cytotheca.core.schema.errors import Errors
from cytotheca.core.schema.group import GroupFields

PUBLIC = "public"
PARENT = "parent"


def put_member(
    context: Context, group: Group, kind: MemberKind, object_id: str, capacity: str
) -> Member:
    """Make an object a member, or change its capacity; return the row."""
    member = find_member(context.session, group.id, kind, object_id)
    if member is None:
        member = Member(group_id=group.id, table_name=kind, table_id=object_id)
        context.session.add(member)
    before = member.capacity if member.state == "active" else None
    member.capacity, member.state = capacity, "active"
    if kind == MemberKind.USER and before != capacity:
        _record(context, "role_granted", group, object_id, capacity)
    context.session.flush()
    follow_up(context, kind, object_id)
    return member


def drop_member(context: Context, group: Group, kind: MemberKind, object_id: str) -> None:
    """End a membership; harmless if there is none."""
    member = find_member(context.session, group.id, kind, object_id)
    if member is not None:
        if kind == MemberKind.USER:
            _record(context, "role_withdrawn", group, object_id, member.capacity)
        context.session.delete(member)
        context.session.flush()
        follow_up(context, kind, object_id)


def _record(context: Context, action: str, group: Group, user_id: str, role: str) -> None:
    kind = "organization" if group.is_organization else "group"
    record(context, action, "user", user_id, role=str(role), **{kind: group.name})


def follow_up(context: Context, kind: str, object_id: str) -> None:
    """Do what a changed membership asks for: roles are read anew, datasets indexed anew."""
    if kind == MemberKind.USER:
        forget_roles(context, object_id)
    elif kind == MemberKind.PACKAGE:
        context.reindex(object_id)


def write_members(context: Context, group: Group, params: GroupFields) -> None:
    """Replace the members of the kinds that were given; others stay as they are."""
    given = params.model_fields_set
    if "users" in given:
        _replace(context, group, MemberKind.USER, _wanted_users(context, params))
    if "groups" in given:
        _replace(context, group, MemberKind.GROUP, _wanted_parents(context, group, params.groups))
    if "packages" in given and not group.is_organization:
        _replace(context, group, MemberKind.PACKAGE, _wanted_packages(context, group, params))


def _replace(context: Context, group: Group, kind: MemberKind, wanted: Mapping[str, str]) -> None:
    present = {row.table_id: row for row in list_members(context.session, group.id, kind=kind)}
    for object_id, row in present.items():
        if object_id not in wanted:
            if kind == MemberKind.USER:
                _record(context, "role_withdrawn", group, object_id, row.capacity)
            context.session.delete(row)
            follow_up(context, kind, object_id)
    context.session.flush()
    for object_id, capacity in wanted.items():
        if object_id not in present or present[object_id].capacity != capacity:
            put_member(context, group, kind, object_id, capacity)


def _wanted_users(context: Context, params: GroupFields) -> dict[str, str]:
    refs = [user.id or user.name or "" for user in params.users]
    query = select(User).where(sa.or_(User.id.in_(refs), User.name.in_(refs)))
    found = {key: user for user in context.session.scalars(query) for key in (user.name, user.id)}
    _refuse_unknown("users", refs, found, "User was not found.")
    pairs = zip(refs, params.users, strict=True)
    return {found[ref].id: str(item.capacity) for ref, item in pairs}


def _wanted_parents(context: Context, group: Group, items: Sequence[GroupItem]) -> dict[str, str]:
    wanted = {}
    for item in items:
        try:
            parent = get_group(
                context, item.id or item.name or "", is_organization=group.is_organization
            )
        except NotFound as error:
            raise ValidationError({"groups": [str(error)]}) from None
        if parent.id == group.id:
            raise ValidationError({"groups": ["A group cannot stand above itself"]})
        wanted[parent.id] = PARENT
    return wanted


def _wanted_packages(context: Context, group: Group, params: GroupFields) -> dict[str, str]:
    refs = [item.id or item.name or "" for item in params.packages]
    query = select(Package).where(sa.or_(Package.id.in_(refs), Package.name.in_(refs)))
    found = {key: one for one in context.session.scalars(query) for key in (one.name, one.id)}
    _refuse_unknown("packages", refs, found, "Dataset was not found.")
    rows = list_members(context.session, group.id, kind=MemberKind.PACKAGE)
    present = {row.table_id: row.capacity for row in rows}
    wanted = {}
    for ref in refs:
        package = found[ref]
        if package.id not in present:
            require_collectable(context, package)
        wanted[package.id] = present.get(package.id, PUBLIC)
    return wanted


def _refuse_unknown(
    field: str, refs: Sequence[str], found: Mapping[str, object], text: str
) -> None:
    if any(ref not in found for ref in refs):
        errors: Errors = {field: [{} if ref in found else {"name": [text]} for ref in refs]}
        raise ValidationError(errors)
