"""Actions on single activities: show, compare, create; and removing old ones."""

from __future__ import annotations

import difflib
import json
from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Any

from pydantic import Field

from cytotheca.core.plugins.toolkit import (
    SYSADMINS,
    Action,
    Context,
    IdParams,
    LenientBool,
    NotFound,
    Params,
    Ref,
    Rule,
    Rules,
    ValidationError,
    get_group,
    get_package,
    get_user,
    utc_now,
)
from cytotheca.extensions.activity.listing import Shown, show_activities
from cytotheca.extensions.activity.models import Activity, activity_before, forget_older
from cytotheca.extensions.activity.visibility import get_visible

MOST_LINES = 5000
TYPES = frozenset(
    f"{verb} {kind}"
    for verb in ("new", "changed", "deleted")
    for kind in ("package", "group", "organization", "user")
)


class ActivityShow(IdParams):
    """Parameters of ``activity_show``."""

    include_data: LenientBool = False


class ActivityData(IdParams):
    """Parameters of ``activity_data_show``."""

    object_type: str | None = None


class DiffType(StrEnum):
    """How a comparison is written."""

    UNIFIED = "unified"
    CONTEXT = "context"
    HTML = "html"


class ActivityDiff(IdParams):
    """Parameters of ``activity_diff``."""

    object_type: str
    diff_type: DiffType = DiffType.UNIFIED


class ActivityCreate(Params):
    """Parameters of ``activity_create``."""

    user_id: Ref
    object_id: Ref
    activity_type: Ref
    data: dict[str, Any] | None = None


class Prune(Params):
    """Parameters of ``activity_prune``."""

    older_than_days: int = Field(ge=1, le=36_500)


def activity_show(context: Context, params: ActivityShow) -> Shown:
    """Show an activity.

    Parameters: ``id``, ``include_data`` (false: titles only).

    Example: ``{"id": "0b5ca4a6-…", "include_data": true}``.
    """
    activity = get_visible(context, params.id)
    (shown,) = show_activities(context, [activity])
    if params.include_data:
        shown["data"] = {**shown["data"], **_data(context, activity)}
    return shown


def activity_data_show(context: Context, params: ActivityData) -> Shown:
    """Show the object of an activity as it was afterwards.

    Parameters: ``id``, ``object_type`` (``package``, ``group``, ``organization``; all
    of the data without it).

    Example: ``{"id": "0b5ca4a6-…", "object_type": "package"}``.
    """
    data = _data(context, get_visible(context, params.id))
    return _object(data, params.object_type) if params.object_type else data


def activity_diff(context: Context, params: ActivityDiff) -> Shown:
    """Compare the object of an activity with how it was before.

    Parameters: ``id``, ``object_type`` (``package``, ``group``, ``organization``),
    ``diff_type`` (``unified``, ``context``, ``html``). Large datasets are compared
    by ``dataset_version_diff``.

    Example: ``{"id": "0b5ca4a6-…", "object_type": "package"}``. Returns ``{"diff",
    "activities": [before, this]}``.
    """
    activity = get_visible(context, params.id)
    earlier = activity_before(context.session, activity)
    if earlier is None:
        raise NotFound("Previous activity for this object not found")
    pair = [get_visible(context, earlier.id), activity]
    texts = [_lines(_object(_data(context, one), params.object_type)) for one in pair]
    if max(map(len, texts)) > MOST_LINES:
        raise ValidationError("The dataset is too large for this; ask dataset_version_diff")
    shown = show_activities(context, pair)
    return {"diff": _diff(texts[0], texts[1], params.diff_type), "activities": shown}


def activity_create(context: Context, params: ActivityCreate) -> Shown:
    """Note an activity; the site notes all that its actions do by itself.

    Parameters: ``user_id``, ``object_id`` (ids or names), ``activity_type`` (e.g.
    ``changed package``), ``data`` (object).

    Example: ``{"user_id": "ada", "object_id": "beads-1", "activity_type": "changed package"}``.
    """
    if params.activity_type not in TYPES:
        raise ValidationError({"activity_type": ["Not found: Activity type"]})
    kind = params.activity_type.rpartition(" ")[2]
    found: Any = _get_object(context, kind, params.object_id)
    activity = Activity(
        user_id=get_user(context, params.user_id).id,
        object_id=found.id,
        object_type=kind,
        activity_type=params.activity_type,
        title=getattr(found, "title", None) or found.name,
        public=kind != "package" or found.is_public,
        data=params.data,
    )
    context.session.add(activity)
    context.session.flush()
    return show_activities(context, [activity])[0]


def activity_prune(context: Context, params: Prune) -> int:
    """Remove activities older than some days, and return how many.

    Parameters: ``older_than_days``. The versions of datasets stay.

    Example: ``{"older_than_days": 1000}``.
    """
    return forget_older(context.session, utc_now() - timedelta(days=params.older_than_days))


def _get_object(context: Context, kind: str, ref: str) -> Any:
    if kind == "package":
        return get_package(context, ref)
    if kind == "user":
        return get_user(context, ref)
    return get_group(context, ref, is_organization=kind == "organization")


def _data(context: Context, activity: Activity) -> Shown:
    """Return the object as it was; datasets are kept by their versions."""
    if activity.data is not None:
        return dict(activity.data)
    if activity.object_type != "package" or not activity.version:
        return {}
    asked = {"id": activity.object_id, "version": activity.version}
    return {"package": context.call("dataset_version_show", asked)["dataset"]}


def _object(data: Shown, object_type: str) -> Shown:
    key = "group" if object_type == "organization" else object_type
    if not isinstance(data.get(key), dict):
        raise NotFound(f"The activity has no data of a {object_type}")
    return dict(data[key])


def _lines(shown: Shown) -> list[str]:
    return json.dumps(shown, indent=2, sort_keys=True, ensure_ascii=False).splitlines()


def _diff(old: Sequence[str], new: Sequence[str], kind: DiffType) -> str:
    if kind == DiffType.HTML:
        return difflib.HtmlDiff(wrapcolumn=60).make_table(old, new, context=True, numlines=1)
    compare = difflib.context_diff if kind == DiffType.CONTEXT else difflib.unified_diff
    return "\n".join(compare(old, new, lineterm=""))


def may_see_activity(context: Context, params: IdParams) -> None:
    """Need to see the activity."""
    get_visible(context, params.id)


_SEEN = Rule(function=may_see_activity, anonymous=True)

ACTIONS = (
    Action(name="activity_show", body=activity_show, params=ActivityShow, read_only=True),
    Action(name="activity_data_show", body=activity_data_show, params=ActivityData, read_only=True),
    Action(name="activity_diff", body=activity_diff, params=ActivityDiff, read_only=True),
    Action(name="activity_create", body=activity_create, params=ActivityCreate),
    Action(name="activity_prune", body=activity_prune, params=Prune),
)
RULES: Rules = {
    "activity_show": _SEEN,
    "activity_data_show": _SEEN,
    "activity_diff": _SEEN,
    "activity_create": SYSADMINS,
    "activity_prune": SYSADMINS,
}
