"""Pages of the resources of one dataset, which may have many thousands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from cytotheca.core.models.resource import Resource


class ResourceOrder(StrEnum):
    """By what a list of resources is sorted."""

    POSITION = "position"
    NAME = "name"
    SIZE = "size"


ORDERS: Mapping[ResourceOrder, Any] = {
    ResourceOrder.POSITION: Resource.position,
    ResourceOrder.NAME: func.lower(func.coalesce(Resource.name, "")),
    ResourceOrder.SIZE: func.coalesce(Resource.size, 0).desc(),
}


def count_resources(session: Session, package_id: str, *, words: str = "") -> int:
    """Return how many resources of a dataset match some words; one statement."""
    query = select(func.count()).where(*_matching(package_id, words))
    return session.scalar(query) or 0


def list_resources(  # noqa: PLR0913 - the parts of a page
    session: Session,
    package_id: str,
    *,
    words: str = "",
    order: ResourceOrder = ResourceOrder.POSITION,
    limit: int,
    offset: int = 0,
) -> Sequence[Resource]:
    """Return some resources of a dataset; one statement."""
    query = select(Resource).where(*_matching(package_id, words))
    query = query.order_by(ORDERS[order], Resource.position).limit(limit).offset(offset)
    return session.scalars(query).all()


def list_described(session: Session, package_id: str) -> Sequence[Mapping[str, Any]]:
    """Return what all resources of a dataset say of their contents; one statement.

    Rows instead of objects: of ten thousand resources these are read in a fraction of the time.
    """
    further = sa.type_coerce(Resource.extras, sa.JSON)
    query = select(Resource.size, Resource.format, Resource.mimetype, further)
    rows = session.execute(query.where(*_matching(package_id, "")))
    return [
        {**extras, "size": size, "format": format_, "mimetype": mimetype}
        for size, format_, mimetype, extras in rows
    ]


def list_first(session: Session, package_ids: Sequence[str], *, most: int) -> Sequence[Resource]:
    """Return the first resources of each of some datasets; one statement."""
    query = select(Resource).where(
        Resource.package_id.in_(package_ids), Resource.state == "active", Resource.position < most
    )
    return session.scalars(query.order_by(Resource.package_id, Resource.position)).all()


def sum_up(session: Session, package_ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    """Return dataset id → what its resources are together; one statement, however many.

    ``days`` are those of the measurements, first and last.
    """
    day = sa.type_coerce(Resource.extras, sa.JSON)["dc:experiment:date"].as_string()
    query = (
        select(
            Resource.package_id,
            Resource.format,
            func.count(),
            func.sum(func.coalesce(Resource.size, 0)),
            func.min(day),
            func.max(day),
        )
        .where(Resource.package_id.in_(package_ids), Resource.state == "active")
        .group_by(Resource.package_id, Resource.format)
    )
    found: dict[str, dict[str, Any]] = {}
    for package_id, format_, count, size, first, last in session.execute(query):
        sums = found.setdefault(
            package_id, {"count": 0, "size_bytes": 0, "formats": set(), "days": []}
        )
        sums["count"] += count
        sums["size_bytes"] += int(size or 0)
        sums["formats"] |= {format_} if format_ else set()
        sums["days"] = sorted(day for day in (*sums["days"], first, last) if day)
    return found


def list_chosen(
    session: Session, package_id: str, ids: Sequence[str], *, limit: int, offset: int = 0
) -> Sequence[Resource]:
    """Return a dataset's resources in their order, or of them those named; one statement."""
    query = select(Resource).where(*_chosen(package_id, ids))
    return session.scalars(query.order_by(Resource.position).limit(limit).offset(offset)).all()


def sum_chosen(session: Session, package_id: str, ids: Sequence[str]) -> tuple[int, int]:
    """Return number and bytes of a dataset's resources, or of those named; one statement."""
    query = select(func.count(), func.coalesce(func.sum(Resource.size), 0))
    count, size_bytes = session.execute(query.where(*_chosen(package_id, ids))).one()
    return count, int(size_bytes or 0)


def names_in_use_twice(session: Session, package_id: str) -> frozenset[str]:
    """Return the names, in lower case, that several files of a dataset have; one statement."""
    name = func.lower(func.coalesce(Resource.name, ""))
    query = select(name).where(*_matching(package_id, "")).group_by(name)
    return frozenset(session.scalars(query.having(func.count() > 1)))


def _chosen(package_id: str, ids: Sequence[str]) -> list[ColumnElement[bool]]:
    conditions = _matching(package_id, "")
    return [*conditions, Resource.id.in_(ids)] if ids else conditions


def _matching(package_id: str, words: str) -> list[ColumnElement[bool]]:
    """Every word must be in the name or description, in any case."""
    conditions = [Resource.package_id == package_id, Resource.state == "active"]
    text = func.coalesce(Resource.name, "") + " " + func.coalesce(Resource.description, "")
    for word in words.split():
        in_lower_case = func.lower(text).contains(word.lower(), autoescape=True)
        conditions.append(sa.or_(in_lower_case, text.contains(word, autoescape=True)))
    return conditions
