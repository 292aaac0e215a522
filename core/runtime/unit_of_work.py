"""One transaction, and what follows its commit."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from cytotheca.core.models.user import User
from cytotheca.core.runtime.context import Context, Work
from cytotheca.core.runtime.dependencies import settle_dependencies
from cytotheca.core.runtime.dispatch import dispatch
from cytotheca.core.runtime.origin import INSIDE, Origin

if TYPE_CHECKING:
    from cytotheca.core.runtime.site import Site


@contextmanager
def unit_of_work(  # noqa: PLR0913 - who asks, by which way, from where
    site: Site,
    *,
    user_id: str | None = None,
    via: str = "internal",
    ignore_auth: bool = False,
    request_id: str | None = None,
    origin: Origin = INSIDE,
) -> Iterator[Context]:
    """Give a context with a writing session; commit at the end, or roll back.

    After the commit the rows that the work added to the outbox are taken care
    of. Whatever fails there is left to the relay and never reaches the caller.
    """
    work = Work(request_id=request_id or secrets.token_hex(8))
    with site.database.writing() as session:
        yield Context(
            site=site,
            session=session,
            work=work,
            user=_active_user(session, user_id),
            via=via,
            ignore_auth=ignore_auth,
            origin=origin,
        )
        settle_dependencies(session, work.rows.values())
        session.commit()
    if work.rows:
        dispatch(site, [row.id for row in work.rows.values()])


@contextmanager
def reading(  # noqa: PLR0913 - who asks, by which way, from where
    site: Site,
    *,
    user_id: str | None = None,
    via: str = "internal",
    ignore_auth: bool = False,
    request_id: str | None = None,
    origin: Origin = INSIDE,
) -> Iterator[Context]:
    """Give a context with a session that sees one snapshot and writes nothing."""
    with site.database.reading() as session:
        yield Context(
            site=site,
            session=session,
            work=Work(request_id=request_id or secrets.token_hex(8), snapshot=True),
            user=_active_user(session, user_id),
            via=via,
            ignore_auth=ignore_auth,
            origin=origin,
        )


def _active_user(session: Session, user_id: str | None) -> User | None:
    user = session.get(User, user_id) if user_id else None
    return user if user is not None and user.state == "active" else None
