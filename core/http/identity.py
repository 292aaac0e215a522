"""Who sends a request: by token in a header, or by the cookie of a login.

A token that is missing, malformed, expired or revoked makes the caller
anonymous, never an error. A valid token outranks the cookie.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

import structlog
from flask import Request, g, request, session
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from cytotheca.core.auth.accounts import find_by_login, rehash
from cytotheca.core.auth.attempts import Attempt, Deed, attempts_of
from cytotheca.core.auth.reviews import review_of_key, reviews_of_links
from cytotheca.core.auth.tokens import find_token_user, needs_touch, scope_of, token_id, touch
from cytotheca.core.domain.addresses import kept_address
from cytotheca.core.models.base import utc_now
from cytotheca.core.models.database import write_even_if_full
from cytotheca.core.models.review_link import KEY_PREFIX
from cytotheca.core.models.user import LoginSession, User
from cytotheca.core.runtime.auditing import record_login
from cytotheca.core.runtime.origin import Origin, Review
from cytotheca.core.runtime.site import Site
from cytotheca.core.settings.accounts import AccountSettings
from cytotheca.core.settings.site import AuthSettings, SiteSettings, WebSettings

log = structlog.get_logger(__name__)

SESSION_KEY = "login"
REVIEW_KEY = "review"
MOST_REVIEWS = 10
"""Links of one browser; the oldest make place."""
SEEN_EVERY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The caller of a request; ``by_cookie`` callers need a CSRF token to write.

    ``reviews`` has dataset id → what a review link opens of it.
    """

    user_id: str | None = None
    name: str = ""
    sysadmin: bool = False
    by_cookie: bool = False
    scope: str = ""
    reviews: Mapping[str, Review] = field(default_factory=dict)

    @property
    def is_somebody(self) -> bool:
        """Whether the caller may see more than the public."""
        return self.user_id is not None or bool(self.reviews)


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
        by_token = _by_review_key(site, token) or _by_token(site, token)
        if by_token is not None:
            return by_token
        g.token_is_bad = True
        if not _was_ours(site, token):
            _count_bad_token(site)
    key = session.get(SESSION_KEY)
    by_cookie = _by_cookie(site, key) if isinstance(key, str) else None
    return _with_reviews(site, by_cookie or _by_plugin(site) or ANONYMOUS)


def _by_review_key(site: Site, key: str) -> Identity | None:
    if not key.startswith(KEY_PREFIX):
        return None
    with site.database.reading() as db:
        review = review_of_key(db, key)
    return Identity(reviews={review.package_id: review}) if review else None


def _with_reviews(site: Site, identity: Identity) -> Identity:
    """Add what the review links open that this browser followed."""
    links = session.get(REVIEW_KEY)
    if not isinstance(links, list) or not links:
        return identity
    with site.database.reading() as db:
        reviews = reviews_of_links(db, [str(one) for one in links[:MOST_REVIEWS]])
    return replace(identity, reviews=reviews, by_cookie=True) if reviews else identity


def follow_review_link(site: Site, key: str) -> Review | None:
    """Let this browser read what a review link opens; None if the link has ended."""
    with site.database.reading() as db:
        review = review_of_key(db, key)
    if review is None:
        return None
    others = [one for one in session.get(REVIEW_KEY, ()) if one != review.link_id]
    session[REVIEW_KEY] = [*others, review.link_id][-MOST_REVIEWS:]
    g.pop("identity", None)
    return review


def _was_ours(site: Site, token: str) -> bool:
    """Tell whether a token that opens nothing is no guess: we signed it, or nobody can guess it."""
    if token.startswith(KEY_PREFIX):
        return True
    return token_id(token, site.settings(SiteSettings).secret_key) is not None


def sent_bad_token() -> bool:
    """Tell whether the present request carries a token that is nobody's."""
    return bool(g.get("token_is_bad"))


def origin_of(identity: Identity) -> Origin:
    """Return where the present request comes from, and how far its token reaches."""
    address = request.remote_addr or ""
    return Origin(address=address, scope=identity.scope, reviews=identity.reviews)


def _count_bad_token(site: Site) -> None:
    """Slow down those who try tokens; who has a good one is never slowed down."""
    attempt = Attempt(deed=Deed.TOKEN, address=request.remote_addr or "")
    counter = attempts_of(site)
    g.identity = ANONYMOUS  # the page that tells of the refusal asks again
    counter.require(attempt)
    counter.count(attempt)


def token_of(request: Request, header: str) -> str | None:
    """Return the token a request carries; ``Basic`` credentials are a proxy's, not ours."""
    value = request.headers.get(header, "").strip()
    words = value.split()
    if len(words) == 2:  # noqa: PLR2004 - scheme and credentials
        value = words[1] if words[0].lower() == "bearer" else ""
    return value or request.headers.get("X-CKAN-API-Key", "").strip() or None


def _by_plugin(site: Site) -> Identity | None:
    """Return whom a plugin knows, e.g. by a header of a proxy that logs people in."""
    user_id = site.hooks.identify(site=site)
    if user_id is None:
        return None
    with site.database.reading() as db:
        user = db.get(User, user_id)
    if user is None or user.state != "active":
        return None
    return Identity(user_id=user.id, name=user.name, sysadmin=user.sysadmin, by_cookie=True)


def _by_token(site: Site, token: str) -> Identity | None:
    decoded = site.hooks.decode_api_token(site=site, token=token)
    jti = decoded or token_id(token, site.settings(SiteSettings).secret_key)
    if jti is None:
        return None
    with site.database.reading() as db:
        found = find_token_user(db, jti)
    if found is None:
        return None
    row, user = found
    if needs_touch(row):
        note(site, lambda db: touch(db, row))
    return Identity(user_id=user.id, name=user.name, sysadmin=user.sysadmin, scope=scope_of(row))


def note(site: Site, write: Callable[[Session], None]) -> None:
    """Note something in passing; what is asked for goes on where nothing can be written."""
    try:
        with site.database.writing() as db:
            write(db)
            db.commit()
    except (IntegrityError, OperationalError) as error:  # gone meanwhile, or no room
        log.warning("Something was not noted.", error=str(error.orig))


def _by_cookie(site: Site, key: str) -> Identity | None:
    now = utc_now()
    idle = timedelta(seconds=site.settings(AccountSettings).session_idle_s)
    with site.database.reading() as db:
        row = db.execute(
            select(LoginSession, User)
            .join(User, User.id == LoginSession.user_id)
            .where(
                LoginSession.key_hash == _hash(key),
                LoginSession.expires > now,
                LoginSession.last_seen > now - idle,
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

        note(site, touch_login)
    return Identity(user_id=user.id, name=user.name, sysadmin=user.sysadmin, by_cookie=True)


def log_in(site: Site, user_id: str, *, password: str = "", remember: bool = True) -> None:
    """Begin a login: a fresh session with a fresh key; the old session is gone.

    With the ``password`` that was found right, its hash is brought up to date.
    """
    log_out(site)
    key = secrets.token_urlsafe(32)
    address = request.remote_addr or ""

    def begin(db: Session) -> None:
        db.add(
            LoginSession(
                key_hash=_hash(key),
                user_id=user_id,
                expires=utc_now() + timedelta(seconds=_life_s(site, remember=remember)),
                address=kept_address(address),
                user_agent=request.headers.get("User-Agent", "")[:200],
            )
        )
        user = db.get_one(User, user_id)
        rehash(user, password)
        record_login(db, "login", user_id=user_id, name=user.name, address=address)

    write_even_if_full(site.database, begin)
    session[SESSION_KEY] = key
    session.permanent = remember
    g.pop("identity", None)
    site.signals.send("logged_in", user_id)


def note_failed_login(site: Site, login: str) -> None:
    """Note in the audit log that a password was wrong."""

    def write(db: Session) -> None:
        address = request.remote_addr or ""
        known = find_by_login(db, login)
        name = known.name if known else "(unknown)"  # people type passwords there by mistake
        user_id = known.id if known else None
        record_login(db, "login_failed", user_id=user_id, name=name, address=address)

    note(site, write)


def log_out(site: Site) -> None:
    """End the login of this browser, on the server too."""
    key = session.get(SESSION_KEY)
    if isinstance(key, str):
        with site.database.writing() as db:
            db.execute(delete(LoginSession).where(LoginSession.key_hash == _hash(key)))
            db.commit()
    session.clear()
    g.pop("identity", None)


def session_id() -> str | None:
    """Return the id of this browser's login, as ``session_list`` shows it."""
    key = session.get(SESSION_KEY)
    return _hash(key) if isinstance(key, str) else None


def _life_s(site: Site, *, remember: bool) -> int:
    longest = site.settings(WebSettings).session_s
    if remember:
        return longest
    return min(longest, site.settings(AccountSettings).unremembered_session_s)


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
