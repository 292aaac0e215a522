"""Conditions on datasets, to filter in the database what the caller may see.

They say what the labels of the core say. Labels that plugins add open nothing
here; where plugins replace labels, ask :func:`labels.readable` as well.
"""

from __future__ import annotations

import sqlalchemy as sa

from cytotheca.core.auth.roles import collaborations, organizations_with
from cytotheca.core.models.package import Package
from cytotheca.core.runtime.context import Context


def public_datasets() -> sa.ColumnElement[bool]:
    """Return the condition of datasets that everybody may see."""
    return sa.and_(Package.state == "active", Package.private.is_(False))


def inner_datasets(context: Context) -> sa.ColumnElement[bool]:
    """Return the condition of datasets that the caller may see even if they are private."""
    if context.is_sysadmin or context.ignore_auth:
        return sa.true()
    if context.user is None:
        return sa.false()
    active = Package.state == "active"
    return sa.or_(
        sa.and_(active, Package.owner_org.in_(organizations_with(context, "read"))),
        Package.owner_org.in_(organizations_with(context, "update_dataset")),
        sa.and_(
            Package.creator_user_id == context.user.id,
            sa.or_(sa.not_(active), Package.owner_org.is_(None)),
        ),
        Package.id.in_(sorted(collaborations(context))),
    )
