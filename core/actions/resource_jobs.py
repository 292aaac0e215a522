"""What is still to be done for a resource."""

from __future__ import annotations

from typing import Any

from cytotheca.core.auth.package import get_package_of_resource
from cytotheca.core.auth.roles import may_edit
from cytotheca.core.models.base import iso
from cytotheca.core.models.outbox import list_unfinished_jobs
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.declare import Action
from cytotheca.core.schema.params import IdParams


def resource_jobs(context: Context, params: IdParams) -> list[dict[str, Any]]:
    """List the jobs of a resource that wait, run or have failed, oldest first.

    Parameters: ``id``. Why a job failed is told to those who may edit the
    dataset.

    Example: ``{"id": "…"}``. Returns ``[{"name", "title", "state", "attempts",
    "created", "error"}]``.
    """
    package = get_package_of_resource(context, params.id)
    tells_why = context.ignore_auth or may_edit(context, package)
    return [
        {
            "name": row.name,
            "title": row.title,
            "state": str(row.state),
            "attempts": row.attempts,
            "created": iso(row.created),
            "error": row.error if tells_why else None,
        }
        for row in list_unfinished_jobs(context.session, params.id)
    ]


ACTIONS = (Action(name="resource_jobs", body=resource_jobs, params=IdParams, read_only=True),)
