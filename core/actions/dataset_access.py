"""Who can see a dataset, and why."""

from __future__ import annotations

from typing import Any

from cytotheca.core.auth.package import collections_of, get_package
from cytotheca.core.domain.roles import roles_with
from cytotheca.core.models.access import Readers, count_reasons, list_reasons
from cytotheca.core.models.package import Package
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.declare import Action
from cytotheca.core.schema import results
from cytotheca.core.schema.params import IdParams, Natural
from cytotheca.core.settings.site import AuthSettings

MOST_ROWS = 1000


class AccessList(IdParams):
    """Parameters of ``dataset_access_list``."""

    limit: Natural = 100
    offset: Natural = 0


def dataset_access_list(context: Context, params: AccessList) -> list[dict[str, Any]]:
    """List who can see a dataset that is not public, and why, by name of the person.

    Parameters: ``id``, ``limit`` (100, at most 1000), ``offset``. Who has two reasons is
    listed twice. The reason is ``circle``, ``circle_above``, ``collection`` (where a plugin
    lets members of collections in), ``collaborator``, ``creator`` or ``administrator``;
    review links are told by ``review_link_list``.

    Example: ``{"id": "beads-1"}``. Returns ``[{"id", "name", "display_name", "reason",
    "role", "circle"}]``.
    """
    package = get_package(context, params.id)
    readers = _readers(context, package)
    context.work.totals["dataset_access_list"] = count_reasons(context.session, package, readers)
    found = list_reasons(
        context.session,
        package,
        readers,
        limit=min(params.limit, MOST_ROWS),
        offset=params.offset,
    )
    return [
        {
            "id": one.user.id,
            "name": one.user.name,
            "display_name": one.user.fullname or one.user.name,
            "reason": one.reason,
            "role": one.role,
            "circle": one.circle,
        }
        for one in found
    ]


def _readers(context: Context, package: Package) -> Readers:
    """Return the roles that open a dataset: of drafts, only those that may change it."""
    auth = context.site.settings(AuthSettings)
    roles = roles_with("read" if package.state == "active" else "update_dataset")
    collections = collections_of(context, package)
    told = context.site.hooks.dataset_reading_groups(
        context=context, package=package, groups=collections
    )
    return Readers(
        own_roles=roles,
        roles_above=frozenset(auth.cascading_roles) & roles,
        shares=auth.allow_dataset_collaborators,
        groups=frozenset(group_id for ids in told for group_id in ids),
    )


ACTIONS = (
    Action(
        name="dataset_access_list",
        body=dataset_access_list,
        result=list[results.Access],
        params=AccessList,
        read_only=True,
    ),
)
