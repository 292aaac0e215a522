"""Permissions of the field: drafts are edited, active datasets stay as they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cytotheca.core.plugins.toolkit import (
    ANYONE,
    LOGGED_IN,
    Context,
    DatasetChange,
    NotAuthorized,
    Rule,
    Rules,
    license_of,
)
from cytotheca.extensions.dc_schemas.changes import changed_keys, resources_differ
from cytotheca.extensions.dc_schemas.resource_rules import (
    require_allowed_keys,
    require_unchanged,
)
from cytotheca.extensions.dc_schemas.settings import SchemaSettings

CHANGEABLE_WHEN_ACTIVE = frozenset({"license_id", "private", "state"})
OPTION = "cytotheca.dc_schemas.allow_public_datasets"


def may_change_dataset(next_rule: Any, context: Context, change: DatasetChange) -> None:
    """Judge a change of a dataset, whichever action it came by."""
    next_rule(context, change)
    if change.action == "package_delete":
        if change.current is None or change.current["state"] != "draft":
            raise NotAuthorized("Only draft datasets can be deleted!")
    elif change.current is None:
        _judge_creation(context, change)
    else:
        _judge_change(context, change, change.current)


def _judge_creation(context: Context, change: DatasetChange) -> None:
    data = change.proposed
    if context.via == "web":
        raise NotAuthorized(
            "Creating datasets is only possible via the API. Please use DCOR-Aid to upload data."
        )
    if data.get("id"):
        raise NotAuthorized("Only sysadmins may specify a dataset ID")
    if not data.get("private") and not context.site.settings(SchemaSettings).allow_public_datasets:
        raise NotAuthorized(
            f"Creating public datasets has been disabled via the configuration option {OPTION}"
        )
    if data.get("state") == "deleted":
        raise NotAuthorized("Creating deleted datasets not allowed")
    for position, resource in enumerate(data.get("resources") or ()):
        require_allowed_keys(context, change, resource, position)


def _judge_change(context: Context, change: DatasetChange, current: Mapping[str, Any]) -> None:
    changed = changed_keys(current, change.proposed)
    if "name" in changed:
        raise NotAuthorized(f"Editing not allowed: {{'name': {changed['name']!r}}}")
    if current["state"] == "draft":
        _judge_resources(context, change, current)
    else:
        _judge_active(change, current, changed)
    if "state" in changed:
        _judge_state(str(current["state"]), str(changed["state"]))
    if "private" in changed:
        _judge_visibility(context, becomes_private=not current["private"])
    if "license_id" in changed:
        _judge_license(context, current.get("license_id"), changed["license_id"])


def _judge_active(
    change: DatasetChange, current: Mapping[str, Any], changed: Mapping[str, Any]
) -> None:
    if resources_differ(current, change.proposed) or change.uploads:
        if change.action.startswith("resource_"):
            raise NotAuthorized("Editing resources for non-draft datasets not allowed!")
        raise NotAuthorized("Changing 'resources' not allowed for non-draft datasets!")
    for key in changed:
        if key not in CHANGEABLE_WHEN_ACTIVE:
            raise NotAuthorized(f"Changing '{key}' not allowed for non-draft datasets!")


def _judge_state(before: str, after: str) -> None:
    """Allow only draft → active; deleting is an action of its own."""
    if (before, after) == ("draft", "active"):
        return
    if after == "draft":
        raise NotAuthorized("Changing dataset state to draft not allowed")
    raise NotAuthorized(f"Changing dataset state to {after} not allowed")


def _judge_visibility(context: Context, *, becomes_private: bool) -> None:
    allowed = context.site.settings(SchemaSettings).allow_public_datasets
    if becomes_private and allowed:
        raise NotAuthorized("Changing visibility to private not allowed")
    if not becomes_private and not allowed:
        raise NotAuthorized(
            f"Public datasets have been disabled via the configuration option {OPTION}"
        )


def _judge_license(context: Context, before: str | None, after: Any) -> None:
    """Allow only licences of lower rank, that is: less restrictive ones."""
    old = license_of(context, str(before)) if before else None
    new = license_of(context, str(after)) if after else None
    if old is None or new is None:
        return  # the validation names unknown licences
    if int(new.get("rank", 0)) >= int(old.get("rank", 0)):
        raise NotAuthorized("Cannot switch to more-restrictive license")


def _judge_resources(context: Context, change: DatasetChange, current: Mapping[str, Any]) -> None:
    by_id = {one["id"]: one for one in current["resources"]}
    seen: set[str] = set()
    for position, resource in enumerate(change.proposed.get("resources") or ()):
        rid = str(resource.get("id") or "")
        before = by_id.get(rid)
        if before is None or rid in seen:
            require_allowed_keys(context, change, resource, position, taken=set(by_id))
        else:
            require_unchanged(before, resource, uploads=position in change.uploads)
        seen.add(rid)
    if set(by_id) - seen:
        raise NotAuthorized("Only admins may do so.")


def only_admins(next_rule: Any, context: Context, params: Any) -> None:
    """Leave to system administrators, and those are not asked."""
    del next_rule, context, params
    raise NotAuthorized("Only admins may do so.")


def may_list_content(next_rule: Any, context: Context, params: Any) -> None:
    """Refuse anonymous listings where the site keeps its content to itself."""
    allowed = context.site.settings(SchemaSettings).allow_content_listing_for_anon
    if context.user is None and not allowed:
        raise NotAuthorized("Listing content is not allowed for anonymous users")
    next_rule(context, params)


def may_list_groups(next_rule: Any, context: Context, params: Any) -> None:
    """Let nobody but system administrators list members along with collections."""
    if getattr(params, "include_users", False):
        raise NotAuthorized("Listing users is forbidden.")
    may_list_content(next_rule, context, params)


def may_list_users(next_rule: Any, context: Context, params: Any) -> None:
    """Leave lists of users to system administrators."""
    del next_rule, context, params
    raise NotAuthorized("Listing users is forbidden.")


def may_show_user(next_rule: Any, context: Context, params: Any) -> None:
    """Let users see their own details only."""
    ref = getattr(params, "id", None)
    own = context.user is not None and ref in (None, "", context.user.id, context.user.name)
    if not own:
        raise NotAuthorized("Users may only view their own details")
    next_rule(context, params)


def may_complete_user_names(next_rule: Any, context: Context, params: Any) -> None:
    """Need an account to look for users."""
    if context.user is None:
        raise NotAuthorized("Searching for users requires an account")
    del next_rule, params


CONTENT_LISTS = ("organization_list", "group_show", "tag_list", "tag_show", "vocabulary_show",
                 "organization_show", "member_roles_list")  # fmt: skip

RULES: Rules = {
    "dataset_change": Rule(function=may_change_dataset, anonymous=True, chained=True),
    "resource_delete": Rule(function=only_admins, chained=True),
    "bulk_update_delete": Rule(function=only_admins, chained=True),
    "bulk_update_private": Rule(function=only_admins, chained=True),
    **{
        name: Rule(function=may_list_content, anonymous=True, chained=True)
        for name in CONTENT_LISTS
    },
    "group_list": Rule(function=may_list_groups, anonymous=True, chained=True),
    "user_list": Rule(function=may_list_users, anonymous=True, chained=True),
    "user_show": Rule(function=may_show_user, anonymous=True, chained=True),
    "user_autocomplete": Rule(function=may_complete_user_names, anonymous=True, chained=True),
    "resource_schema_supplements": ANYONE,
    "supported_resource_suffixes": ANYONE,
    "resource_upload_s3_urls": LOGGED_IN,
}
