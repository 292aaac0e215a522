"""Actions that show and list people."""

from __future__ import annotations

from typing import Any

from cytotheca.core.actions.user_dict import Shown, show_user, show_users
from cytotheca.core.auth.user import get_user
from cytotheca.core.domain.lists import Part
from cytotheca.core.models.account import (
    Followed,
    UserFilter,
    count_users,
    follower_counts,
    list_users,
)
from cytotheca.core.models.user import User, find_user
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.declare import Action
from cytotheca.core.schema import results
from cytotheca.core.schema.params import NoParams
from cytotheca.core.schema.user import UserAutocomplete, UserList, UserShow
from cytotheca.core.settings.site import SiteSettings

MAX_DATASETS = 50
COMPLETED, COMPLETED_MAX = 20, 1000


def user_show(context: Context, params: UserShow) -> Shown:
    """Return a user, without ``id`` the caller.

    Parameters: ``id`` (id or name), ``include_datasets`` (at most 50),
    ``include_num_followers``; for system administrators ``include_password_hash``
    and ``include_plugin_extras``. The address is shown only to the user itself
    and to system administrators.

    Example: ``{"id": "ada"}``.
    """
    user = get_user(context, params.id)
    shown = show_user(context, user)
    if params.include_num_followers:
        counts = follower_counts(context.session, Followed.USER, [user.id])
        shown["num_followers"] = counts.get(user.id, 0)
    if params.include_datasets:
        shown["datasets"] = _datasets(context, user)
    if context.is_sysadmin or context.ignore_auth:
        if params.include_password_hash:
            shown["password_hash"] = user.password
        if params.include_plugin_extras:
            shown["plugin_extras"] = dict(user.plugin_extras)
    return shown


def user_list(context: Context, params: UserList) -> list[str] | list[Shown]:
    """Return all active users, or with ``all_fields`` false their names.

    Parameters: ``q`` (part of name or full name), ``order_by`` (``display_name``;
    ``fullname``, ``name``, ``created``), ``all_fields`` (true),
    ``include_site_user``, ``limit``, ``offset``; for system administrators ``email``.

    Example: ``{"q": "ada", "all_fields": false}``.
    """
    admin = context.is_sysadmin or context.ignore_auth
    wanted = UserFilter(
        words=(params.q or "").strip(),
        email=params.email if admin and params.email else None,
        without_name=None if params.include_site_user else _site_user_name(context),
    )
    part = Part(params.limit, params.offset)
    users = list_users(context.session, wanted, order=params.order_by, part=part)
    total = part.total(len(users), lambda: count_users(context.session, wanted))
    context.work.totals["user_list"] = total
    if not params.all_fields:
        return [user.name for user in users]
    shown = show_users(context, users)
    if not admin:
        return shown
    return [{**one, "email": user.email} for one, user in zip(shown, users, strict=True)]


def user_autocomplete(context: Context, params: UserAutocomplete) -> list[Shown]:
    """Return id, name and full name of users that hold a text in either.

    Parameters: ``q`` (an empty text finds everybody), ``limit`` (20; 1000 if ``q``
    is empty), ``ignore_self``. System administrators also find e-mail addresses.

    Example: ``{"q": "ad"}``.
    """
    words = params.q.strip()
    limit = (COMPLETED if words else COMPLETED_MAX) if params.limit is None else params.limit
    wanted = UserFilter(
        words=words,
        with_email=context.is_sysadmin,
        without_name=_site_user_name(context),
        without_id=context.user_id if params.ignore_self else None,
    )
    limit = min(limit, COMPLETED_MAX)
    users = list_users(context.session, wanted, part=Part(limit), first=context.user_id)
    ordered = sorted(users, key=lambda user: (user.fullname or user.name).lower())
    return [{"id": one.id, "name": one.name, "fullname": one.fullname} for one in ordered]


def get_site_user(context: Context, params: NoParams) -> Shown:
    """Return the site's own account, which internal work can be done as; made if absent.

    Nobody can log in with it, and it has no token. Example: ``{}``.
    """
    del params
    name = _site_user_name(context)
    user = find_user(context.session, name)
    if user is None:
        user = User(name=name, sysadmin=True, plugin_extras={})
        context.session.add(user)
        context.session.flush()
    return {"id": user.id, "name": user.name, "apikey": None}


def _site_user_name(context: Context) -> str:
    return context.site.settings(SiteSettings).site_id


def _datasets(context: Context, user: User) -> list[dict[str, Any]]:
    found = context.call(
        "package_search",
        {
            "fq": f'creator_user_id:"{user.id}"',
            "rows": MAX_DATASETS,
            "sort": "metadata_modified desc",
            "include_private": True,
            "include_drafts": True,
        },
    )
    results: list[dict[str, Any]] = found["results"]
    return results


ACTIONS = (
    Action(name="user_show", body=user_show, result=results.User, params=UserShow, read_only=True),
    Action(
        name="user_list",
        body=user_list,
        result=list[str] | list[results.User],
        params=UserList,
        read_only=True,
    ),
    Action(
        name="user_autocomplete", body=user_autocomplete, params=UserAutocomplete, read_only=True
    ),
    Action(name="get_site_user", body=get_site_user, params=NoParams),
)
