"""Who may do what with the views of resources: what they may with the dataset."""

from __future__ import annotations

from typing import Any

from cytotheca.core.auth.package import (
    SYSADMINS,
    get_package,
    get_package_of_resource,
    may_show_resource,
    require_edit,
    require_read,
)
from cytotheca.core.domain.errors import NotFound, ValidationError
from cytotheca.core.models.resource import ResourceView
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.declare import Rule, Rules


def get_view(context: Context, view_id: str) -> ResourceView:
    """Return a view by id. Raises ``NotFound``."""
    found = context.session.get(ResourceView, view_id)
    if found is None:
        raise NotFound("View was not found.")
    return found


def may_show_view(context: Context, params: Any) -> None:
    """Need to see the dataset."""
    view = get_view(context, params.id)
    require_read(context, get_package_of_resource(context, view.resource_id), veiled=True)


def may_change_view(context: Context, params: Any) -> None:
    """Need edit right on the dataset."""
    view = get_view(context, params.id)
    require_edit(context, get_package_of_resource(context, view.resource_id))


def may_add_view(context: Context, params: Any) -> None:
    """Need edit right on the dataset that holds the resource."""
    require_edit(context, get_package_of_resource(context, params.resource_id))


def may_order_views(context: Context, params: Any) -> None:
    """Need edit right on the dataset that holds the resource ``id``."""
    require_edit(context, get_package_of_resource(context, params.id))


def may_add_default_views(context: Context, params: Any) -> None:
    """Need edit right on the dataset that holds the resource."""
    require_edit(context, get_package_of_resource(context, id_of("resource", params.resource)))


def may_add_all_default_views(context: Context, params: Any) -> None:
    """Need edit right on the dataset."""
    require_edit(context, get_package(context, id_of("package", params.package)))


def id_of(field: str, shown: dict[str, Any]) -> str:
    """Return the id within an object that was given whole."""
    if not isinstance(shown.get("id"), str) or not shown["id"]:
        raise ValidationError({field: ["The id is missing"]})
    return str(shown["id"])


RULES: Rules = {
    "resource_view_list": Rule(function=may_show_resource, anonymous=True),
    "resource_view_show": Rule(function=may_show_view, anonymous=True),
    "resource_view_create": Rule(function=may_add_view),
    "resource_view_update": Rule(function=may_change_view),
    "resource_view_delete": Rule(function=may_change_view),
    "resource_view_reorder": Rule(function=may_order_views),
    "resource_view_clear": SYSADMINS,
    "resource_create_default_resource_views": Rule(function=may_add_default_views),
    "package_create_default_resource_views": Rule(function=may_add_all_default_views),
}
