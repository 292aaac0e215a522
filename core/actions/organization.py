"""Actions on organizations (circles): who owns datasets, and in which role."""

from __future__ import annotations

from cytotheca.core.actions import group_read, group_save
from cytotheca.core.actions.group_dict import Shown
from cytotheca.core.actions.member import grant_role, withdraw_role
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.declare import Action
from cytotheca.core.schema import results
from cytotheca.core.schema.group import (
    Autocomplete,
    GroupChange,
    GroupCreate,
    GroupList,
    GroupShow,
    ListForUser,
)
from cytotheca.core.schema.member import RoleGrant, RoleLoss
from cytotheca.core.schema.params import IdParams


def organization_create(context: Context, params: GroupCreate) -> Shown:
    """Found an organization; you become its admin.

    Parameters: ``name`` (required), ``title``, ``description``, ``image_url`` or
    ``image_upload``, ``extras`` (``[{key, value}]``), ``users``
    (``[{name, capacity}]``), ``groups`` (organizations above, ``[{name}]``).

    Example: ``{"name": "lab-a", "title": "Lab A"}``. Returns the organization.
    """
    return group_save.create(context, params, is_organization=True)


def organization_update(context: Context, params: GroupChange) -> Shown:
    """Change an organization; extras that are left out are removed.

    Parameters: ``id`` (id or name) and those of ``organization_create``. A given
    list of ``users`` or ``groups`` replaces the present one.

    Example: ``{"id": "lab-a", "title": "Lab A, Dresden"}``. Returns the organization.
    """
    return group_save.change(context, params, is_organization=True, keep_extras=False)


def organization_patch(context: Context, params: GroupChange) -> Shown:
    """Change only what is given of an organization.

    Parameters: ``id`` (id or name) and what shall change.

    Example: ``{"id": "lab-a", "description": "Deformability"}``. Returns the organization.
    """
    return group_save.change(context, params, is_organization=True, keep_extras=True)


def organization_delete(context: Context, params: IdParams) -> None:
    """Delete an organization that has no datasets; its name stays taken.

    Parameters: ``id`` (id or name). Example: ``{"id": "lab-a"}``.
    """
    group_save.remove(context, params.id, is_organization=True)


def organization_purge(context: Context, params: IdParams) -> None:
    """Remove an organization for good; its name becomes free.

    Parameters: ``id`` (id or name). Example: ``{"id": "lab-a"}``.
    """
    group_save.purge(context, params.id, is_organization=True)


def organization_show(context: Context, params: GroupShow) -> Shown:
    """Return an organization.

    Parameters: ``id`` (id or name), ``include_datasets`` (false; at most 10),
    ``include_dataset_count``, ``include_extras``, ``include_users``,
    ``include_groups``, ``include_followers`` (all true), ``include_member_count``.

    Example: ``{"id": "lab-a"}``.
    """
    return group_read.show_one(context, params, is_organization=True)


def organization_list(context: Context, params: GroupList) -> list[str] | list[Shown]:
    """Return the names of organizations, or with ``all_fields`` the organizations.

    Parameters: ``all_fields`` (false), ``sort`` (``title asc``; ``name``, ``title``,
    ``package_count``), ``limit``, ``offset``, ``q`` (part of name or title),
    ``organizations`` (names), ``type``, ``include_dataset_count`` (true),
    ``include_extras``, ``include_users``, ``include_groups``, ``include_member_count``.

    Example: ``{"all_fields": true, "sort": "package_count desc"}``.
    """
    return group_read.list_all(context, params, is_organization=True)


def organization_autocomplete(context: Context, params: Autocomplete) -> list[Shown]:
    """Return id, name and title of organizations that hold a text in name or title.

    Parameters: ``q``, ``limit`` (20). Example: ``{"q": "lab"}``.
    """
    return group_read.complete(context, params, is_organization=True)


def organization_list_for_user(context: Context, params: ListForUser) -> list[Shown]:
    """Return the organizations in which a user has a permission, with the role as ``capacity``.

    Parameters: ``id`` (the caller), ``permission`` (``manage_group``; e.g.
    ``create_dataset``, ``update_dataset``, ``admin``), ``include_dataset_count``,
    ``include_member_count``.

    Example: ``{"permission": "create_dataset"}``.
    """
    return group_read.organizations_of(context, params)


def organization_member_create(context: Context, params: RoleGrant) -> Shown:
    """Give a user a role in an organization, or change it.

    Parameters: ``id`` (organization), ``username`` (name or id), ``role``
    (``admin``, ``editor``, ``member``).

    Example: ``{"id": "lab-a", "username": "ada", "role": "editor"}``.
    Returns the membership.
    """
    return grant_role(context, params, is_organization=True)


def organization_member_delete(context: Context, params: RoleLoss) -> None:
    """Take a user out of an organization; harmless if it is not in there.

    Parameters: ``id`` (organization), ``username`` (name or id).

    Example: ``{"id": "lab-a", "username": "ada"}``.
    """
    withdraw_role(context, params, is_organization=True)


ACTIONS = (
    Action(
        name="organization_create",
        body=organization_create,
        result=results.Group,
        params=GroupCreate,
    ),
    Action(
        name="organization_update",
        body=organization_update,
        result=results.Group,
        params=GroupChange,
    ),
    Action(
        name="organization_patch", body=organization_patch, result=results.Group, params=GroupChange
    ),
    Action(name="organization_delete", body=organization_delete, params=IdParams),
    Action(name="organization_purge", body=organization_purge, params=IdParams),
    Action(
        name="organization_show",
        body=organization_show,
        result=results.Group,
        params=GroupShow,
        read_only=True,
    ),
    Action(
        name="organization_list",
        body=organization_list,
        result=list[str] | list[results.Group],
        params=GroupList,
        read_only=True,
    ),
    Action(
        name="organization_autocomplete",
        body=organization_autocomplete,
        params=Autocomplete,
        read_only=True,
    ),
    Action(
        name="organization_list_for_user",
        body=organization_list_for_user,
        params=ListForUser,
        read_only=True,
    ),
    Action(name="organization_member_create", body=organization_member_create, params=RoleGrant),
    Action(name="organization_member_delete", body=organization_member_delete, params=RoleLoss),
)
