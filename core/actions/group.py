"""Actions on groups (collections): sets of datasets from anywhere."""

from __future__ import annotations

from cytotheca.core.actions import group_read, group_save
from cytotheca.core.actions.group_dict import Shown
from cytotheca.core.actions.member import grant_role, withdraw_role
from cytotheca.core.auth.group import get_group
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.declare import Action
from cytotheca.core.schema import results
from cytotheca.core.schema.group import (
    Autocomplete,
    GroupChange,
    GroupCreate,
    GroupList,
    GroupShow,
    ListAuthz,
    PackagesOfGroup,
)
from cytotheca.core.schema.member import RoleGrant, RoleLoss
from cytotheca.core.schema.params import IdParams
from cytotheca.core.settings.site import SearchSettings


def group_create(context: Context, params: GroupCreate) -> Shown:
    """Found a group; you become its admin.

    Parameters: ``name`` (required), ``title``, ``description``, ``image_url`` or
    ``image_upload``, ``extras`` (``[{key, value}]``), ``users``
    (``[{name, capacity}]``), ``packages`` (``[{id}]``), ``groups`` (groups above).

    Example: ``{"name": "figure-1", "title": "Figure 1"}``. Returns the group.
    """
    return group_save.create(context, params, is_organization=False)


def group_update(context: Context, params: GroupChange) -> Shown:
    """Change a group; extras that are left out are removed.

    Parameters: ``id`` (id or name) and those of ``group_create``. A given list of
    ``users``, ``packages`` or ``groups`` replaces the present one.

    Example: ``{"id": "figure-1", "title": "Figure 1a"}``. Returns the group.
    """
    return group_save.change(context, params, is_organization=False, keep_extras=False)


def group_patch(context: Context, params: GroupChange) -> Shown:
    """Change only what is given of a group.

    Parameters: ``id`` (id or name) and what shall change.

    Example: ``{"id": "figure-1", "description": "Beads"}``. Returns the group.
    """
    return group_save.change(context, params, is_organization=False, keep_extras=True)


def group_delete(context: Context, params: IdParams) -> None:
    """Delete a group; its datasets stay, its name stays taken.

    Parameters: ``id`` (id or name). Example: ``{"id": "figure-1"}``.
    """
    group_save.remove(context, params.id, is_organization=False)


def group_purge(context: Context, params: IdParams) -> None:
    """Remove a group for good; its name becomes free.

    Parameters: ``id`` (id or name). Example: ``{"id": "figure-1"}``.
    """
    group_save.purge(context, params.id, is_organization=False)


def group_show(context: Context, params: GroupShow) -> Shown:
    """Return a group.

    Parameters: ``id`` (id or name), ``include_datasets`` (false; at most 1000),
    ``include_dataset_count``, ``include_extras``, ``include_users``,
    ``include_groups``, ``include_followers`` (all true), ``include_member_count``.

    Example: ``{"id": "figure-1", "include_users": true}``.
    """
    return group_read.show_one(context, params, is_organization=False)


def group_list(context: Context, params: GroupList) -> list[str] | list[Shown]:
    """Return the names of groups, or with ``all_fields`` the groups.

    Parameters: ``all_fields`` (false), ``sort`` (``title asc``; ``name``, ``title``,
    ``package_count``), ``limit``, ``offset``, ``q`` (part of name or title),
    ``groups`` (names), ``type``, ``include_dataset_count`` (true),
    ``include_extras``, ``include_users``, ``include_groups``, ``include_member_count``.

    Example: ``{"all_fields": true, "limit": 1000}``.
    """
    return group_read.list_all(context, params, is_organization=False)


def group_autocomplete(context: Context, params: Autocomplete) -> list[Shown]:
    """Return id, name and title of groups that hold a text in name or title.

    Parameters: ``q``, ``limit`` (20). Example: ``{"q": "fig"}``.
    """
    return group_read.complete(context, params, is_organization=False)


def group_list_authz(context: Context, params: ListAuthz) -> list[Shown]:
    """Return the groups to which a user may add datasets, with the role as ``capacity``.

    Parameters: ``id`` (the caller), ``am_member`` (false; system administrators get only
    their own), ``available_only`` (accepted, without effect). Example: ``{}``.
    """
    return group_read.collections_of(context, params)


def group_package_show(context: Context, params: PackagesOfGroup) -> list[Shown]:
    """Return the datasets of a group that you may see.

    Parameters: ``id`` (id or name), ``limit``. Example: ``{"id": "figure-1", "limit": 5}``.
    """
    most = context.site.settings(SearchSettings).rows_max
    group = get_group(context, params.id)
    limit = most if params.limit is None else min(params.limit, most)
    return group_read.datasets_of(context, group, limit)


def group_member_create(context: Context, params: RoleGrant) -> Shown:
    """Give a user a role in a group, or change it.

    Parameters: ``id`` (group), ``username`` (name or id), ``role`` (``admin``,
    ``editor``, ``member``).

    Example: ``{"id": "figure-1", "username": "ada", "role": "member"}``.
    Returns the membership.
    """
    return grant_role(context, params, is_organization=False)


def group_member_delete(context: Context, params: RoleLoss) -> None:
    """Take a user out of a group; harmless if it is not in there.

    Parameters: ``id`` (group), ``username`` (name or id).

    Example: ``{"id": "figure-1", "username": "ada"}``.
    """
    withdraw_role(context, params, is_organization=False)


ACTIONS = (
    Action(name="group_create", body=group_create, result=results.Group, params=GroupCreate),
    Action(name="group_update", body=group_update, result=results.Group, params=GroupChange),
    Action(name="group_patch", body=group_patch, result=results.Group, params=GroupChange),
    Action(name="group_delete", body=group_delete, params=IdParams),
    Action(name="group_purge", body=group_purge, params=IdParams),
    Action(
        name="group_show", body=group_show, result=results.Group, params=GroupShow, read_only=True
    ),
    Action(
        name="group_list",
        body=group_list,
        result=list[str] | list[results.Group],
        params=GroupList,
        read_only=True,
    ),
    Action(name="group_autocomplete", body=group_autocomplete, params=Autocomplete, read_only=True),
    Action(name="group_list_authz", body=group_list_authz, params=ListAuthz, read_only=True),
    Action(
        name="group_package_show", body=group_package_show, params=PackagesOfGroup, read_only=True
    ),
    Action(name="group_member_create", body=group_member_create, params=RoleGrant),
    Action(name="group_member_delete", body=group_member_delete, params=RoleLoss),
)
