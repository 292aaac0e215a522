"""Regular jobs: each is enqueued once per period, however many hosts run the site.

When a job was last enqueued is a row of the database; the relay that changes
it from what it read enqueues the job in the same transaction.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from cytotheca.core.jobs.declare import SITE
from cytotheca.core.models.base import iso, utc_now
from cytotheca.core.models.system import SystemInfo
from cytotheca.core.runtime.unit_of_work import unit_of_work

if TYPE_CHECKING:
    from cytotheca.core.jobs.declare import JobSpec
    from cytotheca.core.runtime.site import Site

log = structlog.get_logger(__name__)

PREFIX = "schedule/"


def enqueue_due(site: Site) -> list[str]:
    """Enqueue the regular jobs whose time has come; return their names.

    The first time of a job is one period after the site has learned of it.
    """
    regular = [spec for spec in site.jobs.values() if spec.every_s]
    if not regular:
        return []
    keys = [PREFIX + spec.name for spec in regular]
    with site.database.reading() as session:
        rows = session.execute(
            select(SystemInfo.key, SystemInfo.value).where(SystemInfo.key.in_(keys))
        )
        last = {row.key: row.value for row in rows}
    return [spec.name for spec in regular if _enqueue_if_due(site, spec, last)]


def _enqueue_if_due(site: Site, spec: JobSpec, last: dict[str, str | None]) -> bool:
    key, now = PREFIX + spec.name, utc_now()
    if key not in last:
        _begin(site, key)
        return False
    due = str(iso(now - timedelta(seconds=spec.every_s or 0)))
    before = last[key]
    if before is not None and before > due:
        return False
    with unit_of_work(site, ignore_auth=True) as context:
        changed = context.session.execute(
            update(SystemInfo)
            .where(SystemInfo.key == key, SystemInfo.value == before)
            .values(value=str(iso(now)))
        )
        if not changed.rowcount:  # type: ignore[attr-defined]
            return False  # another relay was first
        context.enqueue(spec, SITE)
    log.info("A regular job is due.", job_name=spec.name)
    return True


def _begin(site: Site, key: str) -> None:
    try:
        with site.database.writing() as session:
            session.add(SystemInfo(key=key, value=str(iso(utc_now()))))
            session.commit()
    except IntegrityError:  # another relay was first
        log.debug("A schedule has begun elsewhere.", key=key)
