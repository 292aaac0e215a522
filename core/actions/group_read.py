"""Showing and listing organizations and groups; one body for both kinds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cytotheca.core.actions.group_dict import Parts, Shown, show_groups
from cytotheca.core.auth.group import get_group, may_see_people
from cytotheca.core.auth.roles import caller_roles, effective_roles
from cytotheca.core.domain.roles import Role, roles_with
from cytotheca.core.models.group import Group
from cytotheca.core.models.group_list import GroupFilter, GroupOrder, list_groups
from cytotheca.core.models.user import User, find_user
from cytotheca.core.runtime.context import Context
from cytotheca.core.schema.group import Autocomplete, GroupList, GroupShow, ListForUser
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
    field, *direction = params.sort.split()
    groups = list_groups(
        context.session,
        GroupFilter(
            is_organization=is_organization,
            words=(params.q or "").strip(),
            names=params.organizations if is_organization else params.groups,
            type=params.type,
        ),
        order=GroupOrder(field=field, descending=direction == ["desc"]),
        limit=min(params.limit or most, most),
        offset=params.offset,
    )
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
    groups = list_groups(context.session, wanted, limit=min(params.limit, most))
    return [{"id": one.id, "name": one.name, "title": one.title or one.name} for one in groups]


def organizations_of(context: Context, params: ListForUser) -> list[Shown]:
    """Return the organizations in which a user has a permission, with the role.

    Where user details are not public, others are told only of their own organizations.
    """
    user = find_user(context.session, params.id) if params.id else context.user
    if user is None or user.state != "active":
        return []
    parts = Parts(
        dataset_count=params.include_dataset_count,
        followers=False,
        member_count=params.include_member_count,
    )
    shared = None if _may_see_roles(context, user) else sorted(caller_roles(context))
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


def _may_see_roles(context: Context, user: User) -> bool:
    if context.ignore_auth or context.is_sysadmin or context.user_id == user.id:
        return True
    return context.site.settings(AuthSettings).public_user_details


def collections_of(context: Context, *, only_own: bool) -> list[Shown]:
    """Return the groups to which the caller may add datasets, with the role."""
    if context.user is None and not context.ignore_auth:
        return []
    roles = {
        group_id: role
        for group_id, (role, is_organization) in caller_roles(context).items()
        if not is_organization
    }
    parts = Parts(followers=False)
    if only_own or not (context.is_sysadmin or context.ignore_auth):
        return _with_roles(context, roles, parts, is_organization=False)
    every = list_groups(context.session, GroupFilter(is_organization=False))
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
