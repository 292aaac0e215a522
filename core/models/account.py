"""Named queries on people: lists, numbers, what they follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from cytotheca.core.domain.lists import WHOLE, Part
from cytotheca.core.models.base import utc_now
from cytotheca.core.models.group import Group
from cytotheca.core.models.group_list import display_key
from cytotheca.core.models.package import Package
from cytotheca.core.models.user import ApiToken, Follow, User

EXPIRED_ARE_LISTED = timedelta(days=7)
USER_ORDERS = ("display_name", "fullname", "name", "created")


class Created(NamedTuple):
    """How many datasets somebody has created: public active ones, and all not deleted."""

    public: int = 0
    all: int = 0


class Followed(StrEnum):
    """What can be followed; organizations count as groups."""

    USER = "user"
    DATASET = "dataset"
    GROUP = "group"


@dataclass(frozen=True, slots=True, kw_only=True)
class UserFilter:
    """Which active users are wanted; ``with_email`` searches addresses, too."""

    words: str = ""
    email: str | None = None
    with_email: bool = False
    without_name: str | None = None
    without_id: str | None = None


def list_users(
    session: Session,
    wanted: UserFilter,
    *,
    order: str = "display_name",
    part: Part = WHOLE,
    first: str | None = None,
) -> Sequence[User]:
    """Return active users; the one with the id ``first`` is never cut off; one statement."""
    query = select(User).where(*_conditions(wanted))
    if first is not None:
        query = query.order_by((User.id == first).desc())
    query = query.order_by(_order_key(order), User.name)
    return session.scalars(query.limit(part.limit).offset(part.offset)).all()


def count_users(session: Session, wanted: UserFilter) -> int:
    """Return how many there are; one statement."""
    return session.scalar(select(func.count()).select_from(User).where(*_conditions(wanted))) or 0


def _order_key(order: str) -> sa.ColumnElement[Any]:
    if order == "name":
        return User.name.expression
    if order == "created":
        return User.created.expression
    return display_key(User.fullname, User.name)


def _conditions(wanted: UserFilter) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = [User.state == "active"]
    if wanted.words:
        fields = [User.name.icontains(wanted.words, autoescape=True)]
        fields.append(User.fullname.icontains(wanted.words, autoescape=True))
        if wanted.with_email:
            fields.append(User.email_key.icontains(wanted.words, autoescape=True))
        conditions.append(sa.or_(*fields))
    if wanted.email is not None:
        conditions.append(User.email_key == wanted.email.strip().lower())
    if wanted.without_name is not None:
        conditions.append(User.name != wanted.without_name)
    if wanted.without_id is not None:
        conditions.append(User.id != wanted.without_id)
    return conditions


def created_counts(session: Session, user_ids: Sequence[str]) -> Mapping[str, Created]:
    """Return user id → how many datasets each has created; one statement."""
    public = sa.and_(Package.state == "active", Package.private.is_(False))
    query = (
        select(Package.creator_user_id, func.sum(sa.case((public, 1), else_=0)), func.count())
        .where(Package.creator_user_id.in_(user_ids), Package.state != "deleted")
        .group_by(Package.creator_user_id)
    )
    return {row[0]: Created(int(row[1]), row[2]) for row in session.execute(query)}


def tokens_of_user(session: Session, user_id: str) -> Sequence[ApiToken]:
    """Return the tokens of a user, oldest first; one statement."""
    query = select(ApiToken).where(ApiToken.user_id == user_id)
    return session.scalars(query.order_by(ApiToken.created_at, ApiToken.id)).all()


def forget_expired_tokens(session: Session) -> None:
    """Remove tokens that have ended; one statement."""
    session.execute(delete(ApiToken).where(ApiToken.expires < utc_now() - EXPIRED_ARE_LISTED))


def tokens_ending(session: Session, after: datetime, before: datetime) -> Sequence[ApiToken]:
    """Return tokens of active users that end in a time and whose owners were not told yet."""
    query = (
        select(ApiToken)
        .join(User, User.id == ApiToken.user_id)
        .where(
            ApiToken.expires > after,
            ApiToken.expires < before,
            ApiToken.end_told.is_(False),
            User.state == "active",
        )
    )
    return session.scalars(query).all()


def follower_counts(
    session: Session, kind: Followed, object_ids: Sequence[str]
) -> Mapping[str, int]:
    """Return object id → number of its active followers; one statement."""
    query = (
        select(Follow.object_id, func.count())
        .join(User, User.id == Follow.follower_id)
        .where(Follow.kind == kind, Follow.object_id.in_(object_ids), User.state == "active")
        .group_by(Follow.object_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def followers(session: Session, kind: Followed, object_id: str) -> Sequence[User]:
    """Return the active followers of an object, by name; one statement."""
    query = (
        select(User)
        .join(Follow, Follow.follower_id == User.id)
        .where(Follow.kind == kind, Follow.object_id == object_id, User.state == "active")
    )
    return session.scalars(query.order_by(User.name)).all()


def followed_ids(session: Session, user_id: str, kind: Followed) -> Sequence[str]:
    """Return the ids of what a user follows, latest first; one statement."""
    query = select(Follow.object_id).where(Follow.follower_id == user_id, Follow.kind == kind)
    return session.scalars(query.order_by(Follow.datetime.desc(), Follow.object_id)).all()


def followed_users(session: Session, user_id: str) -> Sequence[User]:
    """Return the active users whom a user follows, by name; one statement."""
    query = (
        select(User)
        .join(Follow, sa.and_(Follow.object_id == User.id, Follow.kind == Followed.USER))
        .where(Follow.follower_id == user_id, User.state == "active")
    )
    return session.scalars(query.order_by(User.name)).all()


def followed_groups(session: Session, user_id: str, *, is_organization: bool) -> Sequence[Group]:
    """Return the active groups (or organizations) a user follows, by name; one statement."""
    query = (
        select(Group)
        .join(Follow, sa.and_(Follow.object_id == Group.id, Follow.kind == Followed.GROUP))
        .where(
            Follow.follower_id == user_id,
            Group.state == "active",
            Group.is_organization.is_(is_organization),
        )
    )
    return session.scalars(query.order_by(Group.name)).all()
