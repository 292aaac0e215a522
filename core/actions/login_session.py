"""Actions on logins: where somebody is logged in, and how to end that."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select

from cytotheca.core.auth.user import get_user
from cytotheca.core.domain.errors import NotFound
from cytotheca.core.models.base import iso, utc_now
from cytotheca.core.models.user import LoginSession
from cytotheca.core.runtime.auditing import record
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.declare import Action
from cytotheca.core.schema.account import SessionEnd, SessionEndOthers, SessionList


def user_session_list(context: Context, params: SessionList) -> list[dict[str, Any]]:
    """Return where a user is logged in, the latest used first.

    Parameters: ``user_id`` (id or name). Example: ``{"user_id": "ada"}``.
    Returns ``{"id", "created", "last_seen", "expires", "user_agent", "address"}`` of each.
    """
    user = get_user(context, params.user_id)
    query = select(LoginSession).where(
        LoginSession.user_id == user.id, LoginSession.expires > utc_now()
    )
    return [
        {
            "id": row.key_hash,
            "created": iso(row.created),
            "last_seen": iso(row.last_seen),
            "expires": iso(row.expires),
            "user_agent": row.user_agent,
            "address": row.address,
        }
        for row in context.session.scalars(query.order_by(LoginSession.last_seen.desc()))
    ]


def user_session_end(context: Context, params: SessionEnd) -> None:
    """End a login, at once.

    Parameters: ``user_id`` (id or name), ``id`` (of the login).
    Example: ``{"user_id": "ada", "id": "…"}``.
    """
    user = get_user(context, params.user_id)
    row = context.session.get(LoginSession, params.id)
    if row is None or row.user_id != user.id:
        raise NotFound("Login was not found.")
    context.session.delete(row)
    record(context, "sessions_ended", "user", user.id, name=user.name, count=1)


def user_session_end_others(context: Context, params: SessionEndOthers) -> None:
    """End all logins of a user but one.

    Parameters: ``user_id`` (id or name), ``keep`` (id of the login that stays).
    Example: ``{"user_id": "ada", "keep": "…"}``.
    """
    user = get_user(context, params.user_id)
    others = (LoginSession.user_id == user.id, LoginSession.key_hash != (params.keep or ""))
    ended = context.session.execute(delete(LoginSession).where(*others))
    count = ended.rowcount  # type: ignore[attr-defined]
    record(context, "sessions_ended", "user", user.id, name=user.name, count=count)


ACTIONS = (
    Action(name="user_session_list", body=user_session_list, params=SessionList, read_only=True),
    Action(name="user_session_end", body=user_session_end, params=SessionEnd),
    Action(name="user_session_end_others", body=user_session_end_others, params=SessionEndOthers),
)
