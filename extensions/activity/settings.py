"""Settings of the activity log."""

from __future__ import annotations

from dataclasses import dataclass

from cytotheca.core.plugins.toolkit import between, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivitySettings:
    """How much is listed, whose activity is hidden, and how long it is kept."""

    list_limit: int = setting(
        "ckan.activity_list_limit",
        default=31,
        check=between(1, 1000),
        help="So many activities are listed unless a call asks for another number.",
    )
    list_limit_max: int = setting(
        "ckan.activity_list_limit_max",
        default=100,
        check=between(1, 1000),
        help="A call gets at most so many activities.",
    )
    hidden_users: tuple[str, ...] = setting(
        "ckan.hide_activity_from_users",
        default=(),
        help="Names of users whose activity is not listed, besides the site's own account.",
    )
    keep_days: int = setting(
        "activity.keep_days",
        default=0,
        check=between(0, 36_500),
        help="Activities older than so many days are removed every day; 0 keeps all.",
    )
