"""Actions on memberships of users, datasets and groups."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from cytotheca.core.actions.members_save import drop_member, put_member
from cytotheca.core.auth.group import get_group, readable_ids
from cytotheca.core.domain.errors import NotFound, ValidationError
from cytotheca.core.domain.roles import Role
from cytotheca.core.models.group import Group, Member, find_group, package_ids_of_group
from cytotheca.core.models.membership import MemberKind, list_members
from cytotheca.core.models.package import Package, find_package
from cytotheca.core.models.user import find_user
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.declare import Action
from cytotheca.core.schema.member import (
    MemberCreate,
    MemberDelete,
    MemberList,
    RoleGrant,
    RoleLoss,
    RolesList,
)

OWNED = "organization"
"""The capacity in which datasets belong to their organization."""


def member_create(context: Context, params: MemberCreate) -> dict[str, Any]:
    """Make a user, dataset or group a member, or change its capacity.

    Parameters: ``id`` (organization or group), ``object`` (id or name),
    ``object_type`` (``user``, ``package``, ``group``), ``capacity`` (for users a role).

    Example: ``{"id": "figure-1", "object": "beads", "object_type": "package",
    "capacity": "public"}``. Returns the membership.
    """
    group = get_group(context, params.id)
    kind = MemberKind(params.object_type)
    capacity = params.capacity
    if kind == MemberKind.USER:
        capacity = capacity.lower()
        if capacity not in set(Role):
            raise ValidationError({"capacity": ["role does not exist."]})
    _refuse_owned(group, kind)
    object_id = _resolve(context, kind, params.object)
    if object_id == group.id:
        raise ValidationError({"object": ["A group cannot stand above itself"]})
    return show_member(put_member(context, group, kind, object_id, capacity))


def member_delete(context: Context, params: MemberDelete) -> None:
    """End the membership of a user, dataset or group; harmless if there is none.

    Parameters: ``id`` (organization or group), ``object`` (id or name),
    ``object_type`` (``user``, ``package``, ``group``).

    Example: ``{"id": "figure-1", "object": "beads", "object_type": "package"}``.
    """
    group = get_group(context, params.id)
    kind = MemberKind(params.object_type)
    _refuse_owned(group, kind)
    drop_member(context, group, kind, _resolve(context, kind, params.object))


def member_list(context: Context, params: MemberList) -> list[tuple[str, str, str]]:
    """Return the members of an organization or group as ``[id, type, capacity]``.

    Parameters: ``id``, ``object_type`` (all), ``capacity`` (all). Roles of users
    are display words (``Admin``); datasets are those that you may see.

    Example: ``{"id": "lab-a", "object_type": "user", "capacity": "admin"}``.
    """
    group = get_group(context, params.id)
    kind = MemberKind(params.object_type) if params.object_type else None
    rows = list_members(context.session, group.id, kind=kind, capacity=params.capacity)
    people = [
        (row.table_id, row.table_name, _word(row.table_name, row.capacity))
        for row in rows
        if row.table_name != MemberKind.PACKAGE
    ]
    if kind in (None, MemberKind.PACKAGE):
        return [*people, *_datasets(context, group, params.capacity)]
    return people


def member_roles_list(context: Context, params: RolesList) -> list[dict[str, str]]:
    """Return the roles that users can have, as ``{"text", "value"}``.

    Parameters: ``group_type`` (``organization`` or ``group``).
    Example: ``{"group_type": "group"}``.
    """
    del context
    hidden = set() if params.group_type == "organization" else {Role.EDITOR}
    return [{"text": role.label, "value": str(role)} for role in Role if role not in hidden]


def grant_role(context: Context, params: RoleGrant, *, is_organization: bool) -> dict[str, Any]:
    """Give a user a role; the body of ``organization_member_create`` and its like."""
    group = get_group(context, params.id, is_organization=is_organization)
    user_id = _resolve(context, MemberKind.USER, params.username)
    return show_member(put_member(context, group, MemberKind.USER, user_id, params.role))


def withdraw_role(context: Context, params: RoleLoss, *, is_organization: bool) -> None:
    """Take a role away; the body of ``organization_member_delete`` and its like."""
    group = get_group(context, params.id, is_organization=is_organization)
    user_id = _resolve(context, MemberKind.USER, params.username)
    drop_member(context, group, MemberKind.USER, user_id)


def show_member(member: Member) -> dict[str, Any]:
    """Return a membership as shown."""
    return {
        "id": member.id,
        "group_id": member.group_id,
        "table_name": str(member.table_name),
        "table_id": member.table_id,
        "capacity": str(member.capacity),
        "state": member.state,
    }


def _resolve(context: Context, kind: MemberKind, ref: str) -> str:
    """Return the id of an object that is given by id or name. Raises ``NotFound``."""
    if kind == MemberKind.USER:
        user = find_user(context.session, ref)
        if user is None or user.state == "deleted":
            raise NotFound("User was not found.")
        return user.id
    found: Package | Group | None
    if kind == MemberKind.PACKAGE:
        found = find_package(context.session, ref)
    else:
        found = find_group(context.session, ref)
    if found is None:
        raise NotFound(f"{kind.capitalize()} was not found.")
    return found.id


def _refuse_owned(group: Group, kind: MemberKind) -> None:
    if group.is_organization and kind == MemberKind.PACKAGE:
        raise ValidationError(
            {"object_type": ["Datasets belong to an organization by their owner_org"]}
        )


def _word(kind: str, capacity: str) -> str:
    return capacity.capitalize() if kind == MemberKind.USER else capacity


def _datasets(context: Context, group: Group, capacity: str | None) -> list[tuple[str, str, str]]:
    if group.is_organization:
        capacities = dict.fromkeys(package_ids_of_group(context.session, group), OWNED)
    else:
        rows = list_members(context.session, group.id, kind=MemberKind.PACKAGE)
        capacities = {row.table_id: row.capacity for row in rows}
    wanted = [pid for pid, has in capacities.items() if not capacity or has == capacity.lower()]
    query = select(Package).where(Package.id.in_(wanted)).order_by(Package.name)
    readable = readable_ids(context, list(context.session.scalars(query)))
    return [(pid, str(MemberKind.PACKAGE), capacities[pid]) for pid in readable]


ACTIONS = (
    Action(name="member_create", body=member_create, params=MemberCreate),
    Action(name="member_delete", body=member_delete, params=MemberDelete),
    Action(
        name="member_list",
        body=member_list,
        params=MemberList,
        result=list[list[str]],
        read_only=True,
    ),
    Action(name="member_roles_list", body=member_roles_list, params=RolesList, read_only=True),
)
