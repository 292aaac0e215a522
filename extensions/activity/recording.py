"""Notes activities, in the transaction of what they tell of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cytotheca.core.plugins.toolkit import Context, DatasetChange, latest_number
from cytotheca.extensions.activity.models import Activity

NOT_TOLD = frozenset({"last_active", "number_created_packages"})
"""Facts of a user that change without anybody changing the account."""

Shown = Mapping[str, Any]


def record_dataset(context: Context, change: DatasetChange) -> None:
    """Note a change of a dataset, unless it is a draft or a job's own work."""
    verb = _verb(change)
    if verb is None or context.via == "job":
        return
    dataset, before = change.proposed, change.current
    seen = before if before is not None and verb == "deleted" else dataset
    number = latest_number(context.session, dataset["id"])
    context.session.add(
        Activity(
            user_id=context.user_id,
            object_id=dataset["id"],
            object_type="package",
            activity_type=f"{verb} package",
            title=dataset.get("title") or dataset["name"],
            public=not seen["private"],
            version="{}.{}".format(*number) if number else None,
        )
    )


def _verb(change: DatasetChange) -> str | None:
    before = change.current["state"] if change.current else None
    now = change.proposed["state"]
    if now == "active":
        return "new" if before in (None, "draft") else "changed"
    return "deleted" if before == "active" else None


def record_group(context: Context, group: Shown, before: Shown | None) -> None:
    """Note a change of an organization or group; members are not told of."""
    if before == group:
        return
    kind = "organization" if group["is_organization"] else "group"
    verb = "new" if before is None else "changed"
    if before is not None and group["state"] == "deleted" != before["state"]:
        verb = "deleted"
    context.session.add(
        Activity(
            user_id=context.user_id,
            object_id=group["id"],
            object_type=kind,
            activity_type=f"{verb} {kind}",
            title=group["display_name"],
            data={"group": dict(group)},
        )
    )


def record_new_user(context: Context, user: Shown) -> None:
    """Note a new account."""
    _record_user(context, user, "new")


def record_user(context: Context, user: Shown, before: Shown) -> None:
    """Note a change of an account."""
    deleted = user["state"] == "deleted" != before["state"]
    if any(user.get(key) != before.get(key) for key in {*user, *before} - NOT_TOLD):
        _record_user(context, user, "deleted" if deleted else "changed")


def _record_user(context: Context, user: Shown, verb: str) -> None:
    context.session.add(
        Activity(
            user_id=context.user_id or user["id"],
            object_id=user["id"],
            object_type="user",
            activity_type=f"{verb} user",
            title=user["display_name"],
        )
    )
