"""A background job: it re-reads everything, so it may run late, or twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select

from cytotheca.core.plugins.toolkit import (
    Context,
    DatasetChange,
    JobSpec,
    Package,
    Site,
    unit_of_work,
)
from sampleshelf.models import Shelf

ALL_SHELVES = "sampleshelf"


def recount(site: Site, subject: str, payload: Mapping[str, Any]) -> None:
    """Count the public datasets of each shelf."""
    del subject, payload
    with unit_of_work(site, ignore_auth=True, via="job") as context:
        public = select(Package.fields).where(Package.state == "active", ~Package.private)
        places = (fields.get("sampleshelf_place") for fields in context.session.scalars(public))
        counts = Counter(place for place in places if place)
        context.session.execute(delete(Shelf))
        context.session.add_all(
            Shelf(place=place, datasets=count) for place, count in counts.items()
        )


RECOUNT = JobSpec(name="sampleshelf_recount", function=recount, title="Count the shelves")


def enqueue_recount(context: Context, change: DatasetChange) -> None:
    """Enqueue the job in the transaction of the change; it runs after the commit."""
    before = change.current.get("sampleshelf_place") if change.current else None
    if before or change.proposed.get("sampleshelf_place"):
        context.enqueue(RECOUNT, ALL_SHELVES)
