"""API tokens: signed JWT whose id must have a row; revoking deletes the row."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import jwt
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cytotheca.core.models.base import utc_now
from cytotheca.core.models.user import ApiToken, User

ALGORITHM = "HS256"
NBYTES = 32
LEEWAY_S = 60
TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedToken:
    """A new token and its id; the token is shown only once."""

    token: str
    jti: str


def issue(  # noqa: PLR0913 - the columns of a token's row
    session: Session,
    secret: str,
    *,
    user_id: str,
    name: str,
    expires: datetime | None = None,
    scope: str = "",
    nbytes: int = NBYTES,
) -> IssuedToken:
    """Add a token's row and return the token."""
    jti = secrets.token_hex(nbytes)  # never starts with a dash, which commands take for an option
    now = utc_now()
    payload: dict[str, object] = {"jti": jti, "iat": int(now.timestamp())}
    extras: dict[str, object] = {}
    if expires is not None:
        payload["exp"] = int(expires.timestamp())
    if scope:
        extras["scope"] = scope
    session.add(
        ApiToken(
            id=jti,
            name=name,
            user_id=user_id,
            created_at=now,
            expires=expires,
            plugin_extras=extras,
        )
    )
    return IssuedToken(token=jwt.encode(payload, secret, algorithm=ALGORITHM), jti=jti)


def token_id(token: str, secret: str) -> str | None:
    """Return the id of a well-signed, unexpired token, else None."""
    if not token.isascii() or len(token) > 4096:  # noqa: PLR2004 - far above any real token
        return None
    try:
        payload = jwt.decode(
            token,
            secret,
            algorithms=[ALGORITHM],
            leeway=LEEWAY_S,
            options={"verify_iat": False},
        )
    except (jwt.PyJWTError, ValueError):
        return None
    jti = payload.get("jti")
    return jti if isinstance(jti, str) else None


def find_token_user(session: Session, jti: str) -> tuple[ApiToken, User] | None:
    """Return the row and the active user of a token, else None; one statement."""
    row = session.execute(
        select(ApiToken, User)
        .join(User, User.id == ApiToken.user_id)
        .where(ApiToken.id == jti, User.state == "active")
    ).first()
    return (row[0], row[1]) if row else None


def scope_of(token: ApiToken) -> str:
    """Return how far a token reaches; tokens made before there were scopes may do everything."""
    return str(token.plugin_extras.get("scope") or "")


def needs_touch(token: ApiToken) -> bool:
    """Tell whether the time of last use is older than a minute."""
    return token.last_access is None or utc_now() - token.last_access > TOUCH_EVERY


def touch(session: Session, token: ApiToken) -> None:
    """Note that a token, and so its user, was active now."""
    now = utc_now()
    session.execute(update(ApiToken).where(ApiToken.id == token.id).values(last_access=now))
    session.execute(update(User).where(User.id == token.user_id).values(last_active=now))
