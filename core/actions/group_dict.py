"""Organizations and groups as they are shown on the wire."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cytotheca.core.actions.user_dict import show_users
from cytotheca.core.domain.images import display_url
from cytotheca.core.models.account import Followed, follower_counts
from cytotheca.core.models.base import iso
from cytotheca.core.models.group import Group, public_counts
from cytotheca.core.models.membership import member_counts, parents_of_groups, users_of_groups
from cytotheca.core.models.user import User
from cytotheca.core.runtime.context import Context
from cytotheca.core.settings.site import SiteSettings

Shown = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Which parts of groups are shown besides their own fields."""

    dataset_count: bool = True
    followers: bool = True
    extras: bool = False
    users: bool = False
    groups: bool = False
    member_count: bool = False


def show_groups(context: Context, groups: Sequence[Group], parts: Parts) -> list[Shown]:
    """Return groups as shown; at most one statement for each part, however many groups."""
    shown = [show_plainly(context, group) for group in groups]
    for name, values in _counts(context, groups, parts).items():
        for one in shown:
            one[name] = values.get(one["id"], 0)
    if parts.extras:
        for one, group in zip(shown, groups, strict=True):
            one["extras"] = show_extras(group)
    if parts.groups:
        _add_parents(context, shown)
    if parts.users:
        _add_users(context, shown)
    return shown


def show_plainly(context: Context, group: Group) -> Shown:
    """Return the fields of a group itself."""
    return {
        "id": group.id,
        "name": group.name,
        "title": (group.title or "").strip(),
        "display_name": display_name(group),
        "description": group.description or "",
        "image_url": group.image_url or "",
        "image_display_url": display_url(
            context.site.settings(SiteSettings).site_url, "group", group.image_url
        ),
        "created": iso(group.created),
        "type": group.type,
        "is_organization": group.is_organization,
        "approval_status": group.approval_status,
        "state": group.state,
    }


def display_name(group: Group) -> str:
    """Return the title, or else the name."""
    return (group.title or "").strip() or group.name


def show_extras(group: Group) -> list[Shown]:
    """Return the free keys of a group, by key."""
    return [{"key": key, "value": group.extras[key]} for key in sorted(group.extras)]


def _counts(
    context: Context, groups: Sequence[Group], parts: Parts
) -> Mapping[str, Mapping[str, int]]:
    session, ids = context.session, [group.id for group in groups]
    counts: dict[str, Mapping[str, int]] = {}
    if parts.dataset_count:
        counts["package_count"] = public_counts(session, groups)
    if parts.followers:
        counts["num_followers"] = follower_counts(session, Followed.GROUP, ids)
    if parts.member_count:
        counts["member_count"] = member_counts(session, ids)
    return counts


def _add_parents(context: Context, shown: Sequence[Shown]) -> None:
    parents = parents_of_groups(context.session, [one["id"] for one in shown])
    for one in shown:
        one["groups"] = [
            {**show_plainly(context, parent), "capacity": capacity}
            for parent, capacity in parents.get(one["id"], ())
        ]


def _add_users(context: Context, shown: Sequence[Shown]) -> None:
    members = users_of_groups(context.session, [one["id"] for one in shown])
    people: dict[str, User] = {user.id: user for pairs in members.values() for user, _ in pairs}
    known = {one["id"]: one for one in show_users(context, list(people.values()))}
    for one in shown:
        one["users"] = [
            {**known[user.id], "capacity": capacity}
            for user, capacity in members.get(one["id"], ())
        ]
