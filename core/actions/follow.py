"""Actions to follow users, datasets, groups and organizations."""

from __future__ import annotations

from typing import Any

from cytotheca.core.auth.group import get_group
from cytotheca.core.auth.package import get_package
from cytotheca.core.auth.user import get_user
from cytotheca.core.domain.errors import NotFound, ValidationError
from cytotheca.core.models.account import Followed
from cytotheca.core.models.base import iso
from cytotheca.core.models.user import Follow
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.declare import Action
from cytotheca.core.schema.params import IdParams


def follow_user(context: Context, params: IdParams) -> dict[str, Any]:
    """Follow a user. Parameters: ``id`` (id or name). Example: ``{"id": "ada"}``."""
    return _follow(context, Followed.USER, params.id)


def follow_dataset(context: Context, params: IdParams) -> dict[str, Any]:
    """Follow a dataset. Parameters: ``id`` (id or name). Example: ``{"id": "beads"}``."""
    return _follow(context, Followed.DATASET, params.id)


def follow_group(context: Context, params: IdParams) -> dict[str, Any]:
    """Follow a group or organization. Parameters: ``id``. Example: ``{"id": "lab-a"}``."""
    return _follow(context, Followed.GROUP, params.id)


def unfollow_user(context: Context, params: IdParams) -> None:
    """Stop following a user. Parameters: ``id`` (id or name). Example: ``{"id": "ada"}``."""
    _unfollow(context, Followed.USER, params.id)


def unfollow_dataset(context: Context, params: IdParams) -> None:
    """Stop following a dataset. Parameters: ``id``. Example: ``{"id": "beads"}``."""
    _unfollow(context, Followed.DATASET, params.id)


def unfollow_group(context: Context, params: IdParams) -> None:
    """Stop following a group or organization. Parameters: ``id``. Example: ``{"id": "lab-a"}``."""
    _unfollow(context, Followed.GROUP, params.id)


def am_following_user(context: Context, params: IdParams) -> bool:
    """Tell whether you follow a user. Parameters: ``id``. Example: ``{"id": "ada"}``."""
    return _am_following(context, Followed.USER, params.id)


def am_following_dataset(context: Context, params: IdParams) -> bool:
    """Tell whether you follow a dataset. Parameters: ``id``. Example: ``{"id": "beads"}``."""
    return _am_following(context, Followed.DATASET, params.id)


def am_following_group(context: Context, params: IdParams) -> bool:
    """Tell whether you follow a group or organization. Parameters: ``id``.

    Example: ``{"id": "lab-a"}``.
    """
    return _am_following(context, Followed.GROUP, params.id)


def resolve(context: Context, kind: Followed, ref: str) -> str:
    """Return the id of an object that can be followed. Raises ``NotFound``."""
    if kind == Followed.USER:
        return get_user(context, ref).id
    if kind == Followed.DATASET:
        return get_package(context, ref).id
    group = get_group(context, ref)
    if group.state != "active":
        raise NotFound("Group was not found.")
    return group.id


def _follow(context: Context, kind: Followed, ref: str) -> dict[str, Any]:
    object_id = resolve(context, kind, ref)
    follower_id = _caller(context)
    if object_id == follower_id:
        raise ValidationError("You cannot follow yourself")
    row = context.session.get(Follow, (follower_id, kind, object_id))
    if row is None:
        row = Follow(follower_id=follower_id, kind=kind, object_id=object_id)
        context.session.add(row)
        context.session.flush()
    return {"follower_id": follower_id, "object_id": object_id, "datetime": iso(row.datetime)}


def _unfollow(context: Context, kind: Followed, ref: str) -> None:
    object_id = resolve(context, kind, ref)
    row = context.session.get(Follow, (_caller(context), kind, object_id))
    if row is not None:
        context.session.delete(row)
        context.session.flush()


def _am_following(context: Context, kind: Followed, ref: str) -> bool:
    object_id = resolve(context, kind, ref)
    if context.user is None:
        return False
    return context.session.get(Follow, (context.user.id, kind, object_id)) is not None


def _caller(context: Context) -> str:
    if context.user is None:
        raise ValidationError("Only users can follow")
    return context.user.id


ACTIONS = (
    Action(name="follow_user", body=follow_user, params=IdParams),
    Action(name="follow_dataset", body=follow_dataset, params=IdParams),
    Action(name="follow_group", body=follow_group, params=IdParams),
    Action(name="unfollow_user", body=unfollow_user, params=IdParams),
    Action(name="unfollow_dataset", body=unfollow_dataset, params=IdParams),
    Action(name="unfollow_group", body=unfollow_group, params=IdParams),
    Action(name="am_following_user", body=am_following_user, params=IdParams, read_only=True),
    Action(name="am_following_dataset", body=am_following_dataset, params=IdParams, read_only=True),
    Action(name="am_following_group", body=am_following_group, params=IdParams, read_only=True),
)
