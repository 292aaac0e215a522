"""Showing and listing organizations and groups; one body for both kinds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cytotheca.core.actions.group_dict import Parts, Shown, show_groups
from cytotheca.core.auth.group import get_group, may_see_people
from cytotheca.core.auth.roles import caller_roles, effective_roles
from cytotheca.core.domain.lists import Part
from cytotheca.core.domain.roles import Role, roles_with
from cytotheca.core.models.group import Group
from cytotheca.core.models.group_list import GroupFilter, GroupOrder, count_groups, list_groups
from cytotheca.core.models.user import User, find_user
from cytotheca.core.runtime.context import Context
from cytotheca.core.schema.group import (
    Autocomplete,
    GroupList,
    GroupShow,
    ListAuthz,
    ListForUser,
)
from cytotheca.core.settings.site import AuthSettings, SearchSettings

MAX_SHOWN = {True: 10, False: 1000}
"""How many datasets ``include_datasets`` shows of an organization, and of a group."""


def show_one(context: Context, params: GroupShow, *, is_organization: bool) -> Shown:
    """Return an organization or group with the parts asked for."""
    group = get_group(context, params.id, is_organization=is_organization)
    users = may_see_people(context, group) if params.include_users is None else params.include_users
    parts = Parts(
        dataset_count=params.include_dataset_count,
        followers=params.include_followers,
        extras=params.include_extras,
        users=users,
        groups=params.include_groups,
        member_count=params.include_member_count,
    )
    shown = show_groups(context, [group], parts)[0]
    if params.include_datasets:
        shown["packages"] = datasets_of(context, group, MAX_SHOWN[is_organization])
    return shown


def show_changed(context: Context, group: Group) -> Shown:
    """Return a group as creating and changing it answer."""
    return show_groups(context, [group], Parts(extras=True, users=True, groups=True))[0]


def datasets_of(context: Context, group: Group, limit: int) -> list[Shown]:
    """Return the datasets in a group that the caller may see, as the search has them."""
    condition = f'owner_org:"{group.id}"' if group.is_organization else f'groups:"{group.name}"'
    found = context.call(
        "package_search",
        {"fq": condition, "rows": limit, "include_private": True, "include_drafts": True},
    )
    results: list[Shown] = found["results"]
    return results


def list_all(
    context: Context, params: GroupList, *, is_organization: bool
) -> list[str] | list[Shown]:
    """Return names, or objects with ``all_fields``."""
    search = context.site.settings(SearchSettings)
    most = search.list_all_fields_max if params.all_fields else search.list_max
    field, *direction = (params.sort or search.group_sort).split()
    part = Part(min(params.limit or most, most), params.offset)
    wanted = GroupFilter(
        is_organization=is_organization,
        words=(params.q or "").strip(),
        names=params.organizations if is_organization else params.groups,
        type=params.type,
    )
    order = GroupOrder(field=field, descending=direction == ["desc"])
    groups = list_groups(context.session, wanted, order=order, part=part)
    total = part.total(len(groups), lambda: count_groups(context.session, wanted))
    context.work.totals["organization_list" if is_organization else "group_list"] = total
    if not params.all_fields:
        return [group.name for group in groups]
    parts = Parts(
        dataset_count=params.include_dataset_count,
        extras=params.include_extras,
        users=params.include_users,
        groups=params.include_groups,
        member_count=params.include_member_count,
    )
    return show_groups(context, groups, parts)


def complete(context: Context, params: Autocomplete, *, is_organization: bool) -> list[Shown]:
    """Return id, name and title of those whose name or title holds the text."""
    wanted = GroupFilter(is_organization=is_organization, words=(params.q or "").strip())
    most = context.site.settings(SearchSettings).list_max
    groups = list_groups(context.session, wanted, part=Part(min(params.limit, most)))
    return [{"id": one.id, "name": one.name, "title": one.title or one.name} for one in groups]


def organizations_of(context: Context, params: ListForUser) -> list[Shown]:
    """Return the organizations in which a user has a permission, with the role.

    Where user details are not public, others are told only of their own organizations.
    """
    user = _active_user(context, params.id)
    if user is None:
        return []
    parts = Parts(
        dataset_count=params.include_dataset_count,
        followers=False,
        member_count=params.include_member_count,
    )
    shared = _shown_groups(context, user)
    if user.sysadmin:
        wanted = GroupFilter(is_organization=True, ids=shared)
        every = list_groups(context.session, wanted)
        return [{**one, "capacity": str(Role.ADMIN)} for one in show_groups(context, every, parts)]
    allowed = roles_with(params.permission) | {Role.ADMIN}
    roles = {
        group_id: role
        for group_id, (role, is_organization) in effective_roles(context, user.id).items()
        if is_organization and role in allowed and (shared is None or group_id in shared)
    }
    return _with_roles(context, roles, parts, is_organization=True)


def _active_user(context: Context, ref: str | None) -> User | None:
    user = find_user(context.session, ref) if ref else context.user
    return user if user is not None and user.state == "active" else None


def _shown_groups(context: Context, user: User) -> list[str] | None:
    """Return the groups of a user of which the caller may be told; None is all."""
    if context.ignore_auth or context.is_sysadmin or context.user_id == user.id:
        return None
    is_public = context.site.settings(AuthSettings).public_user_details
    return None if is_public else sorted(caller_roles(context))


def collections_of(context: Context, params: ListAuthz) -> list[Shown]:
    """Return the groups to which a user may add datasets, with the role.

    Where user details are not public, others are told only of their own groups.
    """
    user = _active_user(context, params.id)
    if user is None and not context.ignore_auth:
        return []
    shared = _shown_groups(context, user) if user else None
    held = effective_roles(context, user.id) if user else {}
    roles = {
        group_id: role
        for group_id, (role, is_organization) in held.items()
        if not is_organization and (shared is None or group_id in shared)
    }
    parts = Parts(followers=False)
    has_all = (user is not None and user.sysadmin) or (context.ignore_auth and not params.id)
    if params.am_member or not has_all:
        return _with_roles(context, roles, parts, is_organization=False)
    every = list_groups(context.session, GroupFilter(is_organization=False, ids=shared))
    shown = show_groups(context, every, parts)
    return [{**one, "capacity": roles.get(one["id"], str(Role.ADMIN))} for one in shown]


def _with_roles(
    context: Context, roles: dict[str, str], parts: Parts, *, is_organization: bool
) -> list[Shown]:
    if not roles:
        return []
    wanted = GroupFilter(is_organization=is_organization, ids=sorted(roles))
    groups: Sequence[Group] = list_groups(context.session, wanted)
    shown: list[dict[str, Any]] = show_groups(context, groups, parts)
    return [{**one, "capacity": roles[one["id"]]} for one in shown]
