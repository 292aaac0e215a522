"""Finds activities and shows them as CKAN does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import sqlalchemy as sa
from pydantic import BeforeValidator, Field, model_validator
from sqlalchemy import select

from cytotheca.core.plugins.toolkit import (
    Context,
    LenientBool,
    Natural,
    Params,
    Ref,
    SiteSettings,
    User,
    iso,
    problem,
)
from cytotheca.extensions.activity.models import Activity
from cytotheca.extensions.activity.settings import ActivitySettings
from cytotheca.extensions.activity.visibility import sees_users, visible, without_withheld

Shown = dict[str, Any]


def _moment(value: Any) -> datetime | None:
    """Return the time that seconds since 1970, or an ISO text, mean."""
    if value is None or value == "" or isinstance(value, datetime):
        return value or None
    try:
        return datetime.fromtimestamp(float(value), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        pass
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        raise problem("Invalid time") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _types(value: Any) -> Any:
    return [value] if isinstance(value, str) else value or []


Moment = Annotated[datetime | None, BeforeValidator(_moment)]
Types = Annotated[list[str], BeforeValidator(_types)]


class Window(Params):
    """Parameters of all lists: which part of the list is wanted."""

    offset: Natural = 0
    limit: Natural | None = None
    after: Moment = None
    before: Moment = None


class ObjectWindow(Window):
    """Parameters of the lists of one object's activities."""

    id: Ref
    include_hidden_activity: LenientBool = False
    activity_types: Types = Field(default_factory=list)
    exclude_activity_types: Types = Field(default_factory=list)

    @model_validator(mode="after")
    def _one_kind_of_filter(self) -> ObjectWindow:
        if self.activity_types and self.exclude_activity_types:
            raise problem("activity_types and exclude_activity_types cannot be used together")
        return self


def find_activities(
    context: Context, condition: sa.ColumnElement[bool], window: Window
) -> Sequence[Activity]:
    """Return what the caller may see of some activities, newest first.

    With ``after`` alone, those that follow directly are returned.
    """
    settings = context.site.settings(ActivitySettings)
    limit = settings.list_limit if window.limit is None else window.limit
    query = select(Activity).where(condition, visible(context), *_conditions(context, window))
    forwards = window.after is not None and window.before is None
    order = (Activity.timestamp, Activity.id)
    query = query.order_by(*(order if forwards else (one.desc() for one in order)))
    query = query.offset(window.offset).limit(min(limit, settings.list_limit_max))
    found = context.session.scalars(query).all()
    return without_withheld(context, found[::-1] if forwards else found)


def _conditions(context: Context, window: Window) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if window.after is not None:
        conditions.append(Activity.timestamp > window.after)
    if window.before is not None:
        conditions.append(Activity.timestamp < window.before)
    if isinstance(window, ObjectWindow) and window.activity_types:
        conditions.append(Activity.activity_type.in_(window.activity_types))
    if isinstance(window, ObjectWindow) and window.exclude_activity_types:
        conditions.append(Activity.activity_type.not_in(window.exclude_activity_types))
    if not (isinstance(window, ObjectWindow) and window.include_hidden_activity):
        conditions.append(_not_hidden(context))
    return conditions


def _not_hidden(context: Context) -> sa.ColumnElement[bool]:
    names = (
        context.site.settings(SiteSettings).site_id,
        *context.site.settings(ActivitySettings).hidden_users,
    )
    hidden = select(User.id).where(User.name.in_(names))
    return sa.or_(Activity.user_id.is_(None), Activity.user_id.not_in(hidden))


def show_activities(context: Context, found: Sequence[Activity]) -> list[Shown]:
    """Return activities as shown, with titles only; one statement."""
    actors = _actors(context, found)
    return [_show(one, actors) for one in found]


def _actors(context: Context, found: Sequence[Activity]) -> Mapping[str, str]:
    ids = {one.user_id for one in found if one.user_id}
    if not ids or not sees_users(context):
        return {}
    rows = context.session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    return {row[0]: row[1] for row in rows}


def _show(activity: Activity, actors: Mapping[str, str]) -> Shown:
    key = "group" if activity.object_type == "organization" else activity.object_type
    data: Shown = {key: {"id": activity.object_id, "title": activity.title}}
    if activity.user_id in actors:
        data["actor"] = actors[activity.user_id]
    if activity.version:
        data["version"] = activity.version
    return {
        "id": activity.id,
        "timestamp": iso(activity.timestamp),
        "user_id": activity.user_id,
        "object_id": activity.object_id,
        "activity_type": activity.activity_type,
        "data": data,
    }
