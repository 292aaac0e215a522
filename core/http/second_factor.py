"""Between password and code: who has given the one, and has some minutes for the other."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

from flask import session
from sqlalchemy.orm import Session

from cytotheca.core.auth.second_factor import accept_code, active_factor
from cytotheca.core.models.database import write_even_if_full
from cytotheca.core.models.user import User
from cytotheca.core.runtime.site import Site
from cytotheca.core.settings.site import SiteSettings

KEY: Final = "half_login"
PATIENCE_S: Final = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class HalfLogin:
    """Whose password was right, and what was wished for after the login."""

    user_id: str
    name: str
    remember: bool
    target: str


def begin_half_login(user_id: str, *, remember: bool, target: str) -> None:
    """Note in the browser's cookie that a password was right; that alone opens nothing."""
    session[KEY] = [user_id, remember, target, int(time.time()) + PATIENCE_S]


def half_login(site: Site) -> HalfLogin | None:
    """Return whose code is waited for, None if nobody's or for too long."""
    found = session.get(KEY)
    if not isinstance(found, list) or found[3] < time.time():
        return None
    user_id, remember, target, _ = found
    with site.database.reading() as db:
        user = db.get(User, user_id)
        if user is None or user.state != "active":
            return None
        return HalfLogin(user_id=user.id, name=user.name, remember=bool(remember), target=target)


def use_code(site: Site, user_id: str, code: str) -> bool:
    """Tell whether a code is good; it is not good again, even for two who send it at once."""
    secret = site.settings(SiteSettings).secret_key
    accepted = [False]

    def write(db: Session) -> None:
        factor = active_factor(db, user_id)
        if factor is not None:
            db.refresh(factor, with_for_update=True)
            accepted[0] = accept_code(factor, secret, code)

    write_even_if_full(site.database, write)
    return accepted[0]
