"""Logging in: who belongs to a name (or address) and a password."""

from __future__ import annotations

from sqlalchemy.orm import Session

from cytotheca.core.auth.passwords import hash_password, is_outdated, verify_password
from cytotheca.core.models.user import User, find_user, users_by_email


def authenticate(session: Session, login: str, password: str) -> User | None:
    """Return the active user of a name or e-mail address and a password, else None.

    A password is verified also where there is no such account, so that the time
    does not tell which accounts exist.
    """
    user = find_by_login(session, login.strip())
    active = user is not None and user.state == "active"
    fits = verify_password(password, user.password if user is not None and active else None)
    return user if fits and active else None


def rehash(user: User, password: str) -> None:
    """Bring the hash of a password that was found right up to date, if it is old or CKAN's."""
    if password and user.password and is_outdated(user.password):
        user.password = hash_password(password)


def find_by_login(session: Session, login: str) -> User | None:
    """Return the user of a name or address; an address of several people is nobody's."""
    if "@" in login:
        found = users_by_email(session, login)
        return found[0] if len(found) == 1 else None
    user = find_user(session, login)
    return user if user is not None and user.name == login else None
