"""Users as they are shown on the wire."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from cytotheca.core.domain.images import display_url
from cytotheca.core.models.account import Created, created_counts
from cytotheca.core.models.base import iso
from cytotheca.core.models.user import User
from cytotheca.core.runtime.context import Context
from cytotheca.core.settings.site import SiteSettings

Shown = dict[str, Any]


def knows_closely(context: Context, user: User) -> bool:
    """Tell whether the caller is the user, or may see everything."""
    return context.ignore_auth or context.is_sysadmin or context.user_id == user.id


def show_user(context: Context, user: User) -> Shown:
    """Return a user as shown to the caller; the address only to itself and sysadmins."""
    shown = show_users(context, [user])[0]
    if knows_closely(context, user):
        shown |= {"email": user.email, "apikey": None}
    return shown


def show_users(context: Context, users: Sequence[User]) -> list[Shown]:
    """Return users as shown in lists, without addresses; one statement, however many."""
    counts = created_counts(context.session, [user.id for user in users])
    return [_user(context, user, counts.get(user.id, Created())) for user in users]


def _user(context: Context, user: User, created: Created) -> Shown:
    site_url = context.site.settings(SiteSettings).site_url
    return {
        "id": user.id,
        "name": user.name,
        "fullname": user.fullname,
        "display_name": user.fullname or user.name,
        "about": user.about,
        "created": iso(user.created),
        "last_active": iso(user.last_active),
        "state": user.state,
        "sysadmin": user.sysadmin,
        "activity_streams_email_notifications": user.activity_streams_email_notifications,
        "image_url": user.image_url,
        "image_display_url": display_url(site_url, "user", user.image_url) or None,
        "email_hash": _email_hash(context, user),
        "number_created_packages": (
            created.all if knows_closely(context, user) else created.public
        ),
    }


def _email_hash(context: Context, user: User) -> str:
    """Return the MD5 of the address for avatars; nothing to the anonymous public."""
    if not user.email_key or (context.user is None and not context.ignore_auth):
        return ""
    return hashlib.md5(user.email_key.encode(), usedforsecurity=False).hexdigest()
