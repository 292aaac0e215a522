"""Who sends a request: by token in a header, or by the cookie of a login.

A token that is missing, malformed, expired or revoked makes the caller
anonymous, never an error. A valid token outranks the cookie.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog
from flask import Request, g, request, session
from sqlalchemy import delete, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from cytotheca.core.auth.tokens import find_token_user, needs_touch, token_id, touch
from cytotheca.core.models.base import utc_now
from cytotheca.core.models.user import LoginSession, User
from cytotheca.core.runtime.site import Site
from cytotheca.core.settings.site import AuthSettings, SiteSettings, WebSettings

log = structlog.get_logger(__name__)

SESSION_KEY = "login"
SEEN_EVERY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The caller of a request; ``by_cookie`` callers need a CSRF token to write."""

    user_id: str | None = None
    name: str = ""
    sysadmin: bool = False
    by_cookie: bool = False


ANONYMOUS = Identity()


def current_identity(site: Site) -> Identity:
    """Return the caller of the present request; looked up once a request."""
    if "identity" not in g:
        g.identity = _identify(site)
    found: Identity = g.identity
    return found


def _identify(site: Site) -> Identity:
    token = token_of(request, site.settings(AuthSettings).token_header)
    if token:
        by_token = _by_token(site, token)
        if by_token is not None:
            return by_token
    key = session.get(SESSION_KEY)
    if isinstance(key, str):
        return _by_cookie(site, key) or ANONYMOUS
    return ANONYMOUS


def token_of(request: Request, header: str) -> str | None:
    """Return the token a request carries; ``Basic`` credentials are a proxy's, not ours."""
    value = request.headers.get(header, "").strip()
    words = value.split()
    if len(words) == 2:  # noqa: PLR2004 - scheme and credentials
        value = words[1] if words[0].lower() == "bearer" else ""
    return value or request.headers.get("X-CKAN-API-Key", "").strip() or None


def _by_token(site: Site, token: str) -> Identity | None:
    jti = token_id(token, site.settings(SiteSettings).secret_key)
    if jti is None:
        return None
    with site.database.reading() as db:
        found = find_token_user(db, jti)
    if found is None:
        return None
    row, user = found
    if needs_touch(row):
        _note(site, lambda db: touch(db, row))
    return Identity(user_id=user.id, name=user.name, sysadmin=user.sysadmin)


def _note(site: Site, write: Callable[[Session], None]) -> None:
    """Note the time of last use; reading goes on where nothing can be written (disk full)."""
    try:
        with site.database.writing() as db:
            write(db)
            db.commit()
    except OperationalError as error:
        log.warning("The time of last use was not noted.", error=str(error.orig))


def _by_cookie(site: Site, key: str) -> Identity | None:
    now = utc_now()
    with site.database.reading() as db:
        row = db.execute(
            select(LoginSession, User)
            .join(User, User.id == LoginSession.user_id)
            .where(
                LoginSession.key_hash == _hash(key),
                LoginSession.expires > now,
                User.state == "active",
            )
        ).first()
    if row is None:
        return None
    login, user = row
    if now - login.last_seen > SEEN_EVERY:

        def touch_login(db: Session) -> None:
            seen = update(LoginSession).where(LoginSession.key_hash == login.key_hash)
            db.execute(seen.values(last_seen=now))
            db.execute(update(User).where(User.id == user.id).values(last_active=now))

        _note(site, touch_login)
    return Identity(user_id=user.id, name=user.name, sysadmin=user.sysadmin, by_cookie=True)


def log_in(site: Site, user_id: str) -> None:
    """Begin a login: a fresh session with a fresh key; the old session is gone."""
    log_out(site)
    key = secrets.token_urlsafe(32)
    life = timedelta(seconds=site.settings(WebSettings).session_s)
    with site.database.writing() as db:
        db.add(
            LoginSession(
                key_hash=_hash(key),
                user_id=user_id,
                expires=utc_now() + life,
                user_agent=request.headers.get("User-Agent", "")[:200],
            )
        )
        db.commit()
    session[SESSION_KEY] = key
    session.permanent = True
    g.pop("identity", None)


def log_out(site: Site) -> None:
    """End the login of this browser, on the server too."""
    key = session.get(SESSION_KEY)
    if isinstance(key, str):
        with site.database.writing() as db:
            db.execute(delete(LoginSession).where(LoginSession.key_hash == _hash(key)))
            db.commit()
    session.clear()
    g.pop("identity", None)


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
