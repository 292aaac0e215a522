"""A dataset's resources, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cytotheca.core.actions.package_dict import show_package_with
from cytotheca.core.auth.package import get_package
from cytotheca.core.models.resource_list import (
    ResourceOrder,
    count_resources,
    list_described,
    list_resources,
)
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.declare import Action
from cytotheca.core.schema.params import IdParams, Natural, Words

MOST_ROWS = 1000


class ResourceListParams(IdParams):
    """Parameters of ``package_resource_list``."""

    q: Words = ""
    order_by: ResourceOrder = ResourceOrder.POSITION
    limit: Natural = 50
    offset: Natural = 0


def package_resource_list(context: Context, params: ResourceListParams) -> dict[str, Any]:
    """List the resources of a dataset, a page at a time.

    Parameters: ``id`` of the dataset, ``q`` (words of names and descriptions),
    ``order_by`` (``position``, ``name`` or ``size``, largest first), ``limit``
    (50, at most 1000), ``offset``.

    Example: ``{"id": "beads-1", "q": "day2", "order_by": "name"}``. Returns
    ``{"count": of those that match, "results": […]}``.
    """
    package = get_package(context, params.id)
    rows = list_resources(
        context.session,
        package.id,
        words=params.q,
        order=params.order_by,
        limit=min(params.limit, MOST_ROWS),
        offset=params.offset,
    )
    return {
        "count": context.once(
            f"resources/{package.id}{'?' + params.q if params.q else ''}",
            lambda: count_resources(context.session, package.id, words=params.q),
        ),
        "results": show_package_with(context, package, rows)["resources"],
    }


def describe_resources(context: Context, package_id: str) -> Sequence[Mapping[str, Any]]:
    """Return size, format and further keys of all resources, to be summed up, not shown.

    Raises ``NotAuthorized`` if the caller may not read the dataset.
    """
    context.check("package_resource_list", ResourceListParams(id=package_id))
    return list_described(context.session, package_id)


ACTIONS = (
    Action(
        name="package_resource_list",
        body=package_resource_list,
        params=ResourceListParams,
        read_only=True,
    ),
)
