"""Actions that list and count followers, and what people follow."""

from __future__ import annotations

from typing import Any

from cytotheca.core.actions.follow import resolve
from cytotheca.core.actions.group_dict import Parts, show_groups
from cytotheca.core.actions.user_dict import show_users
from cytotheca.core.auth.user import get_user
from cytotheca.core.models.account import (
    Followed,
    followed_groups,
    followed_ids,
    followed_users,
    follower_counts,
    followers,
)
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.declare import Action
from cytotheca.core.schema.dataset import Text
from cytotheca.core.schema.params import IdParams

MAX_CONDITIONS = 500
"""So many ids go into one search."""

Shown = dict[str, Any]


class Followees(IdParams):
    """Parameters of ``followee_list``."""

    q: Text = ""


def followee_list(context: Context, params: Followees) -> list[Shown]:
    """Return all that you follow as ``{type, display_name, dict}``.

    Parameters: ``id`` (user), ``q`` (what the display name begins with).
    Example: ``{"id": "ada"}``.
    """
    found = [
        *(("user", one["display_name"], one) for one in user_followee_list(context, params)),
        *(
            ("dataset", one["title"] or one["name"], one)
            for one in dataset_followee_list(context, params)
        ),
        *(("group", one["display_name"], one) for one in group_followee_list(context, params)),
        *(
            ("organization", one["display_name"], one)
            for one in organization_followee_list(context, params)
        ),
    ]
    begins = (params.q or "").strip().lower()
    return [
        {"type": kind, "display_name": name, "dict": one}
        for kind, name, one in sorted(found, key=lambda item: item[1].lower())
        if name.lower().startswith(begins)
    ]


def user_followee_list(context: Context, params: IdParams) -> list[Shown]:
    """Return the users you follow. Parameters: ``id`` (user). Example: ``{"id": "ada"}``."""
    user = get_user(context, params.id)
    return show_users(context, followed_users(context.session, user.id))


def dataset_followee_list(context: Context, params: IdParams) -> list[Shown]:
    """Return the datasets you follow and may see.

    Parameters: ``id`` (user). Example: ``{"id": "ada"}``.
    """
    user = get_user(context, params.id)
    ids = followed_ids(context.session, user.id, Followed.DATASET)
    shown: list[Shown] = []
    for start in range(0, len(ids), MAX_CONDITIONS):
        shown += _find(context, ids[start : start + MAX_CONDITIONS])
    return shown


def group_followee_list(context: Context, params: IdParams) -> list[Shown]:
    """Return the groups you follow. Parameters: ``id`` (user). Example: ``{"id": "ada"}``."""
    return _groups(context, params.id, is_organization=False)


def organization_followee_list(context: Context, params: IdParams) -> list[Shown]:
    """Return the organizations you follow.

    Parameters: ``id`` (user). Example: ``{"id": "ada"}``.
    """
    return _groups(context, params.id, is_organization=True)


def followee_count(context: Context, params: IdParams) -> int:
    """Return how much a user follows. Parameters: ``id`` (user). Example: ``{"id": "ada"}``."""
    user = get_user(context, params.id)
    return sum(len(followed_ids(context.session, user.id, kind)) for kind in Followed)


def user_followee_count(context: Context, params: IdParams) -> int:
    """Return how many users a user follows. Parameters: ``id``. Example: ``{"id": "ada"}``."""
    return len(followed_users(context.session, get_user(context, params.id).id))


def dataset_followee_count(context: Context, params: IdParams) -> int:
    """Return how many datasets a user follows. Parameters: ``id``. Example: ``{"id": "ada"}``."""
    user = get_user(context, params.id)
    return len(followed_ids(context.session, user.id, Followed.DATASET))


def group_followee_count(context: Context, params: IdParams) -> int:
    """Return how many groups a user follows. Parameters: ``id``. Example: ``{"id": "ada"}``."""
    user = get_user(context, params.id)
    return len(followed_groups(context.session, user.id, is_organization=False))


def organization_followee_count(context: Context, params: IdParams) -> int:
    """Return how many organizations a user follows. Parameters: ``id``.

    Example: ``{"id": "ada"}``.
    """
    user = get_user(context, params.id)
    return len(followed_groups(context.session, user.id, is_organization=True))


def user_follower_count(context: Context, params: IdParams) -> int:
    """Return how many follow a user. Parameters: ``id``. Example: ``{"id": "ada"}``."""
    return _count(context, Followed.USER, params.id)


def dataset_follower_count(context: Context, params: IdParams) -> int:
    """Return how many follow a dataset. Parameters: ``id``. Example: ``{"id": "beads"}``."""
    return _count(context, Followed.DATASET, params.id)


def group_follower_count(context: Context, params: IdParams) -> int:
    """Return how many follow a group. Parameters: ``id``. Example: ``{"id": "figure-1"}``."""
    return _count(context, Followed.GROUP, params.id)


def organization_follower_count(context: Context, params: IdParams) -> int:
    """Return how many follow an organization. Parameters: ``id``. Example: ``{"id": "lab-a"}``."""
    return _count(context, Followed.GROUP, params.id)


def user_follower_list(context: Context, params: IdParams) -> list[Shown]:
    """Return who follows a user. Parameters: ``id``. Example: ``{"id": "ada"}``."""
    return _followers(context, Followed.USER, params.id)


def dataset_follower_list(context: Context, params: IdParams) -> list[Shown]:
    """Return who follows a dataset. Parameters: ``id``. Example: ``{"id": "beads"}``."""
    return _followers(context, Followed.DATASET, params.id)


def group_follower_list(context: Context, params: IdParams) -> list[Shown]:
    """Return who follows a group. Parameters: ``id``. Example: ``{"id": "figure-1"}``."""
    return _followers(context, Followed.GROUP, params.id)


def organization_follower_list(context: Context, params: IdParams) -> list[Shown]:
    """Return who follows an organization. Parameters: ``id``. Example: ``{"id": "lab-a"}``."""
    return _followers(context, Followed.GROUP, params.id)


def _find(context: Context, ids: Any) -> list[Shown]:
    condition = " OR ".join(f'"{one}"' for one in ids)
    found = context.call(
        "package_search",
        {
            "fq": f"id:({condition})",
            "rows": MAX_CONDITIONS,
            "include_private": True,
            "include_drafts": True,
        },
    )
    results: list[Shown] = found["results"]
    return results


def _groups(context: Context, ref: str, *, is_organization: bool) -> list[Shown]:
    user = get_user(context, ref)
    groups = followed_groups(context.session, user.id, is_organization=is_organization)
    return show_groups(context, groups, Parts())


def _count(context: Context, kind: Followed, ref: str) -> int:
    object_id = resolve(context, kind, ref)
    return follower_counts(context.session, kind, [object_id]).get(object_id, 0)


def _followers(context: Context, kind: Followed, ref: str) -> list[Shown]:
    return show_users(context, followers(context.session, kind, resolve(context, kind, ref)))


ACTIONS = (
    Action(name="followee_list", body=followee_list, params=Followees, read_only=True),
    *(
        Action(name=body.__name__, body=body, params=IdParams, read_only=True)
        for body in (
            user_followee_list,
            dataset_followee_list,
            group_followee_list,
            organization_followee_list,
            followee_count,
            user_followee_count,
            dataset_followee_count,
            group_followee_count,
            organization_followee_count,
            user_follower_count,
            dataset_follower_count,
            group_follower_count,
            organization_follower_count,
            user_follower_list,
            dataset_follower_list,
            group_follower_list,
            organization_follower_list,
        )
    ),
)
