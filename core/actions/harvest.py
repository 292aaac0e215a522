"""Walking through all public datasets, for harvesters."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from cytotheca.core.auth.group import get_group
from cytotheca.core.domain.errors import ValidationError
from cytotheca.core.models.base import iso
from cytotheca.core.models.group import groups_by_id
from cytotheca.core.models.harvest import (
    HarvestFilter,
    count_harvested,
    first_change,
    last_number,
    list_harvested,
    list_parts,
)
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.declare import Action
from cytotheca.core.schema.params import LenientBool, Natural, OptionalNatural, Params

MOST_ROWS = 1000


class ChangesParams(Params):
    """Parameters of ``dataset_changes``."""

    after: Natural = 0
    last: OptionalNatural = None
    limit: Natural = 100
    changed_since: str | None = None
    changed_until: str | None = None
    organization: str | None = None
    id: str | None = None
    only_public: LenientBool = False


def dataset_changes(context: Context, params: ChangesParams) -> dict[str, Any]:
    """Walk through all datasets that are or once were public, each once, in a fixed order.

    Parameters: ``after`` and ``last`` (numbers, from the ``next`` and ``last`` of the
    page before), ``limit`` (100, at most 1000), ``changed_since`` and ``changed_until``
    (ISO times in UTC; the end is not part of the period), ``organization``, ``id``
    (of one dataset), ``only_public``. Returns ``{"results": [{"number", "id", "name",
    "organization", "changed", "metadata_modified", "deleted"}], "count", "last",
    "next"}``; ``next`` is null at the end, ``count`` is told at the beginning only.
    What is ``deleted`` is no longer public.

    Example: ``{"changed_since": "2026-03-01T00:00:00"}``
    """
    last = last_number(context.session) if params.last is None else params.last
    wanted = HarvestFilter(
        since=_time(params.changed_since, "changed_since"),
        until=_time(params.changed_until, "changed_until"),
        owner_org=_organization_id(context, params.organization),
        last=last,
        package_id=params.id or None,
        only_public=params.only_public,
    )
    limit = max(1, min(params.limit, MOST_ROWS))
    rows = list_harvested(context.session, wanted, after=params.after, limit=limit + 1)
    owners = groups_by_id(context.session, sorted({one.owner_org for one in rows if one.owner_org}))
    results = [
        {
            "number": one.number,
            "id": one.package_id,
            "name": one.name or None,
            "organization": owners[one.owner_org].name
            if one.owner_org and one.owner_org in owners
            else None,
            "changed": iso(one.changed),
            "metadata_modified": iso(one.modified) if one.name else None,
            "deleted": not one.name,
        }
        for one in rows[:limit]
    ]
    return {
        "results": results,
        "count": None if params.after else count_harvested(context.session, wanted),
        "last": last,
        "next": results[-1]["number"] if len(rows) > limit else None,
    }


def harvest_start(context: Context) -> str | None:
    """Return the time of the earliest change that ``dataset_changes`` knows of."""
    context.check("dataset_changes", ChangesParams())
    return iso(first_change(context.session))


def sitemap_parts(context: Context, size: int) -> list[tuple[int, str | None]]:
    """Return the parts of ``size`` numbers that hold public datasets, and their last change."""
    context.check("dataset_changes", ChangesParams())
    return [(number, iso(changed)) for number, changed in list_parts(context.session, size)]


def _organization_id(context: Context, ref: str | None) -> str | None:
    return get_group(context, ref, is_organization=True).id if ref else None


def _time(text: str | None, field: str) -> datetime | None:
    if not text:
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise ValidationError({field: ["Date format incorrect"]}) from None
    return time.replace(tzinfo=time.tzinfo or UTC)


ACTIONS = (
    Action(name="dataset_changes", body=dataset_changes, params=ChangesParams, read_only=True),
)
