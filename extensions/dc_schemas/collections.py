"""Collections: their members read private datasets; editors and admins add datasets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from cytotheca.core.plugins.toolkit import (
    Action,
    Context,
    NotAuthorized,
    Rule,
    Rules,
    ValidationError,
    caller_roles,
    find_group,
    get_package,
    may_edit,
)


def dataset_labels(context: Context, package: Any, groups: Sequence[Any]) -> Iterable[str]:
    """Return a label for each collection of an active dataset."""
    del context
    return [f"group-{group.id}" for group in groups] if package.state == "active" else []


def reading_groups(context: Context, package: Any, groups: Sequence[Any]) -> Iterable[str]:
    """Return the ids of the collections whose members read a dataset."""
    del context
    return [group.id for group in groups] if package.state == "active" else []


def user_labels(context: Context) -> Iterable[str]:
    """Return a label for each collection the caller belongs to, in any role."""
    roles = caller_roles(context).items()
    return [f"group-{group_id}" for group_id, (_, is_circle) in roles if not is_circle]


def may_collect(next_rule: Any, context: Context, params: Any) -> None:
    """Need the role of editor or admin to add and remove a collection's datasets."""
    if params.object_type not in ("package", "user"):
        raise ValidationError({"object_type": ["Must be one of: package, user"]})
    group = find_group(context.session, params.id)
    if group is not None and not group.is_organization and params.object_type == "package":
        role = caller_roles(context).get(group.id, ("", False))[0]
        if role not in ("admin", "editor"):
            raise NotAuthorized(
                f"User {context.user_name} not authorized to edit collection {group.id}"
            )
    next_rule(context, params)


def may_add(next_rule: Any, context: Context, params: Any) -> None:
    """Need edit right, too, on a private or draft dataset that is added."""
    may_collect(next_rule, context, params)
    if params.object_type == "package":
        package = get_package(context, params.object)
        hidden = package.private or package.state != "active"
        if hidden and not may_edit(context, package):
            raise NotAuthorized(
                f"User {context.user_name} not authorized to edit package {package.id}"
            )


def list_collectable(next_action: Any, context: Context, params: Any) -> list[dict[str, Any]]:
    """List the collections to which you may add datasets: as editor or admin.

    Parameters: ``am_member`` (false; system administrators get only their own).
    """
    listed = next_action(context, params)
    return [group for group in listed if group.get("capacity") in ("admin", "editor")]


ACTIONS = (Action(name="group_list_authz", body=list_collectable, read_only=True, chained=True),)
RULES: Rules = {
    "member_create": Rule(function=may_add, chained=True),
    "member_delete": Rule(function=may_collect, chained=True),
}
