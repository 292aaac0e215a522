"""Actions that list activities of an object, and of the whole site."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import select

from cytotheca.core.plugins.toolkit import (
    ANYONE,
    Action,
    Context,
    Group,
    Member,
    NotAuthorized,
    Package,
    Rule,
    Rules,
    get_group,
    get_package,
    get_user,
    may_see_users,
    require_read,
)
from cytotheca.extensions.activity.listing import (
    ObjectWindow,
    Shown,
    Window,
    find_activities,
    show_activities,
)
from cytotheca.extensions.activity.models import Activity


def package_activity_list(context: Context, params: ObjectWindow) -> list[Shown]:
    """List what happened to a dataset, newest first.

    Parameters: ``id`` (id or name), ``offset``, ``limit`` (31, at most 100), ``after``
    and ``before`` (seconds since 1970, or ISO 8601), ``activity_types`` or
    ``exclude_activity_types`` (lists), ``include_hidden_activity`` (administrators).

    Example: ``{"id": "beads-1", "activity_types": ["changed package"]}``.
    """
    package = get_package(context, params.id)
    return _list(context, Activity.object_id == package.id, params)


def user_activity_list(context: Context, params: ObjectWindow) -> list[Shown]:
    """List what a user did, newest first, as far as you may see it.

    Parameters: as of ``package_activity_list``. Example: ``{"id": "ada", "limit": 5}``.
    """
    user = get_user(context, params.id)
    condition = sa.or_(Activity.user_id == user.id, Activity.object_id == user.id)
    return _list(context, condition, params)


def group_activity_list(context: Context, params: ObjectWindow) -> list[Shown]:
    """List what happened to a group and the datasets in it, newest first.

    Parameters: as of ``package_activity_list``. Example: ``{"id": "figure-1"}``.
    """
    group = get_group(context, params.id, is_organization=False)
    return _list(context, about_groups([group.id]), params)


def organization_activity_list(context: Context, params: ObjectWindow) -> list[Shown]:
    """List what happened to an organization and its datasets, newest first.

    Parameters: as of ``package_activity_list``. Example: ``{"id": "lab-a"}``.
    """
    group = get_group(context, params.id, is_organization=True)
    return _list(context, about_groups([group.id]), params)


def recently_changed_packages_activity_list(context: Context, params: Window) -> list[Shown]:
    """List what happened to all datasets, newest first, as far as you may see it.

    Parameters: ``offset``, ``limit``, ``after``, ``before`` as of ``package_activity_list``.

    Example: ``{"limit": 5}``.
    """
    return _list(context, Activity.object_type == "package", params)


def about_groups(ids: sa.Select[tuple[str]] | list[str]) -> sa.ColumnElement[bool]:
    """Return the condition of activities on groups, organizations and datasets in them."""
    owned = select(Package.id).where(Package.owner_org.in_(ids))
    inside = select(Member.table_id).where(
        Member.group_id.in_(ids), Member.table_name == "package", Member.state == "active"
    )
    return sa.or_(
        Activity.object_id.in_(ids), Activity.object_id.in_(owned), Activity.object_id.in_(inside)
    )


def _list(context: Context, condition: sa.ColumnElement[bool], window: Window) -> list[Shown]:
    return show_activities(context, find_activities(context, condition, window))


def _require_not_hidden(context: Context, params: ObjectWindow) -> None:
    if params.include_hidden_activity and not context.is_sysadmin:
        raise NotAuthorized("Only system administrators see hidden activities")


def may_list_of_package(context: Context, params: ObjectWindow) -> None:
    """Need to see the dataset."""
    _require_not_hidden(context, params)
    require_read(context, get_package(context, params.id))


def may_list_of_user(context: Context, params: ObjectWindow) -> None:
    """Need to see who people are."""
    _require_not_hidden(context, params)
    may_see_users(context, params)


def may_list_of_group(context: Context, params: ObjectWindow) -> None:
    """Need to see the group or organization."""
    _require_not_hidden(context, params)
    group: Group = get_group(context, params.id)
    word = "organization" if group.is_organization else "group"
    context.check(f"{word}_show", params)


ACTIONS = (
    *(
        Action(name=body.__name__, body=body, params=ObjectWindow, read_only=True)
        for body in (
            package_activity_list,
            user_activity_list,
            group_activity_list,
            organization_activity_list,
        )
    ),
    Action(
        name="recently_changed_packages_activity_list",
        body=recently_changed_packages_activity_list,
        params=Window,
        read_only=True,
    ),
)
RULES: Rules = {
    "package_activity_list": Rule(function=may_list_of_package, anonymous=True),
    "user_activity_list": Rule(function=may_list_of_user, anonymous=True),
    "group_activity_list": Rule(function=may_list_of_group, anonymous=True),
    "organization_activity_list": Rule(function=may_list_of_group, anonymous=True),
    "recently_changed_packages_activity_list": ANYONE,
}
