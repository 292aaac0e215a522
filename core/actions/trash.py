"""What was deleted and not yet purged."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from cytotheca.core.models.base import iso
from cytotheca.core.models.group import Group
from cytotheca.core.models.package import Package
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.declare import Action
from cytotheca.core.schema.params import Natural, Params

LISTED = 200


class TrashList(Params):
    """Parameters of ``trash_list``."""

    limit: Natural = LISTED


def trash_list(context: Context, params: TrashList) -> dict[str, Any]:
    """Return deleted datasets, organizations and groups, which can still be purged.

    Parameters: ``limit`` (200; of each kind). Example: ``{}``.
    Returns for each of ``datasets``, ``organizations`` and ``groups``
    ``{"count", "results": [{"id", "name", "title"}]}``; datasets also have
    ``metadata_modified``, and come latest first.
    """
    limit = params.limit or LISTED
    return {
        "datasets": _datasets(context, limit),
        "organizations": _groups(context, limit, is_organization=True),
        "groups": _groups(context, limit, is_organization=False),
    }


def _datasets(context: Context, limit: int) -> dict[str, Any]:
    gone = Package.state == "deleted"
    count = context.session.scalar(select(func.count()).select_from(Package).where(gone))
    columns = (Package.id, Package.name, Package.title, Package.metadata_modified)
    query = select(*columns).where(gone).order_by(Package.metadata_modified.desc(), Package.id)
    results = [
        {"id": row.id, "name": row.name, "title": row.title, "metadata_modified": iso(row[3])}
        for row in context.session.execute(query.limit(limit))
    ]
    return {"count": count or 0, "results": results}


def _groups(context: Context, limit: int, *, is_organization: bool) -> dict[str, Any]:
    gone = (Group.state == "deleted", Group.is_organization.is_(is_organization))
    count = context.session.scalar(select(func.count()).select_from(Group).where(*gone))
    query = select(Group.id, Group.name, Group.title).where(*gone).order_by(Group.name)
    results = [
        {"id": row.id, "name": row.name, "title": row.title}
        for row in context.session.execute(query.limit(limit))
    ]
    return {"count": count or 0, "results": results}


ACTIONS = (Action(name="trash_list", body=trash_list, params=TrashList, read_only=True),)
