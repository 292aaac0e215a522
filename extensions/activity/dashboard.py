"""Actions of the dashboard: news of what somebody follows."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import func, select

from cytotheca.core.plugins.toolkit import (
    LOGGED_IN,
    Action,
    Context,
    Follow,
    Followed,
    NoParams,
    NotAuthorized,
    Rules,
    User,
    utc_now,
)
from cytotheca.extensions.activity.listing import (
    Shown,
    Window,
    find_activities,
    show_activities,
)
from cytotheca.extensions.activity.lists import about_groups
from cytotheca.extensions.activity.models import Activity, Seen
from cytotheca.extensions.activity.visibility import visible

MOST_COUNTED = 100


def dashboard_activity_list(context: Context, params: Window) -> list[Shown]:
    """List the news: what you did, and what happened to what you follow.

    Parameters: ``offset``, ``limit`` (31, at most 100), ``after``, ``before``.
    ``is_new`` marks what others did since you last marked the news as old.

    Example: ``{"limit": 5}``.
    """
    user = _caller(context)
    found = find_activities(context, about_followed(user.id), params)
    since = _seen_until(context, user)
    shown = show_activities(context, found)
    return [
        {**one, "is_new": activity.timestamp > since and activity.user_id != user.id}
        for one, activity in zip(shown, found, strict=True)
    ]


def dashboard_new_activities_count(context: Context, params: NoParams) -> int:
    """Count what others did to what you follow since you last marked the news as old.

    Counts to 100 at most. Example: ``{}``.
    """
    del params
    user = _caller(context)
    new = select(Activity.id).where(
        about_followed(user.id),
        Activity.timestamp > _seen_until(context, user),
        sa.or_(Activity.user_id.is_(None), Activity.user_id != user.id),
        visible(context),
    )
    counted = select(func.count()).select_from(new.limit(MOST_COUNTED).subquery())
    return context.session.scalar(counted) or 0


def dashboard_mark_activities_old(context: Context, params: NoParams) -> None:
    """Mark all news as seen. Example: ``{}``."""
    del params
    user = _caller(context)
    row = context.session.get(Seen, user.id)
    if row is None:
        context.session.add(Seen(user_id=user.id, until=utc_now()))
    else:
        row.until = utc_now()


def about_followed(user_id: str) -> sa.ColumnElement[bool]:
    """Return the condition of activities by or on a user, and on what the user follows."""

    def followed(kind: Followed) -> sa.Select[tuple[str]]:
        return select(Follow.object_id).where(Follow.follower_id == user_id, Follow.kind == kind)

    return sa.or_(
        Activity.user_id == user_id,
        Activity.object_id == user_id,
        Activity.user_id.in_(followed(Followed.USER)),
        Activity.object_id.in_(followed(Followed.USER)),
        Activity.object_id.in_(followed(Followed.DATASET)),
        about_groups(followed(Followed.GROUP)),
    )


def _caller(context: Context) -> User:
    if context.user is None:
        raise NotAuthorized("You must be logged in to access your dashboard")
    return context.user


def _seen_until(context: Context, user: User) -> datetime:
    row = context.session.get(Seen, user.id)
    return row.until if row else user.created


ACTIONS = (
    Action(
        name="dashboard_activity_list", body=dashboard_activity_list, params=Window, read_only=True
    ),
    Action(
        name="dashboard_new_activities_count",
        body=dashboard_new_activities_count,
        params=NoParams,
        read_only=True,
    ),
    Action(
        name="dashboard_mark_activities_old", body=dashboard_mark_activities_old, params=NoParams
    ),
)
RULES: Rules = {
    "dashboard_activity_list": LOGGED_IN,
    "dashboard_new_activities_count": LOGGED_IN,
    "dashboard_mark_activities_old": LOGGED_IN,
}
