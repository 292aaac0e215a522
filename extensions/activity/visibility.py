"""Which activities a caller may see; filtered in the database, before paging."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace

import sqlalchemy as sa
from sqlalchemy import select

from cytotheca.core.plugins.toolkit import (
    Context,
    Group,
    NotAuthorized,
    NotFound,
    Package,
    User,
    groups_of_packages,
    inner_datasets,
    list_packages_by_id,
    may_see_users,
    public_datasets,
    readable,
)
from cytotheca.extensions.activity.models import Activity


def visible(context: Context) -> sa.ColumnElement[bool]:
    """Return the condition of activities that the caller may see.

    What happened while a dataset was private stays with those who may see it
    then, also when it has become public.
    """
    if context.is_sysadmin or context.ignore_auth:
        return sa.true()
    of_dataset = select(Package.id).where(Package.id == Activity.object_id)
    inner = of_dataset.where(inner_datasets(context)).exists()
    public = sa.and_(Activity.public, of_dataset.where(public_datasets()).exists())
    of_group = select(Group.id).where(Group.id == Activity.object_id, Group.state == "active")
    conditions = [
        sa.and_(Activity.object_type == "package", sa.or_(public, inner)),
        sa.and_(Activity.object_type.in_(("group", "organization")), of_group.exists()),
    ]
    if sees_users(context):
        of_user = select(User.id).where(User.id == Activity.object_id, User.state == "active")
        conditions.append(sa.and_(Activity.object_type == "user", of_user.exists()))
    return sa.or_(*conditions)


def sees_users(context: Context) -> bool:
    """Tell whether the caller may know who people are."""
    try:
        may_see_users(context, SimpleNamespace())
    except NotAuthorized:
        return context.ignore_auth
    return True


def without_withheld(context: Context, found: Sequence[Activity]) -> Sequence[Activity]:
    """Leave out datasets that a plugin withholds by labels of its own."""
    if not context.site.listens("usual_dataset_labels"):
        return found
    ids = sorted({one.object_id for one in found if one.object_type == "package"})
    packages = list_packages_by_id(context.session, ids)
    groups = groups_of_packages(context.session, ids)
    known = {one.id for one in readable(context, packages, groups)}
    return [one for one in found if one.object_type != "package" or one.object_id in known]


def get_visible(context: Context, activity_id: str) -> Activity:
    """Return an activity that the caller may see. Raises ``NotFound``."""
    found = context.session.scalar(
        select(Activity).where(Activity.id == activity_id, visible(context))
    )
    if found is None or not without_withheld(context, [found]):
        raise NotFound("Activity was not found.")
    return found
