"""The relay: brings to an end what no process has taken care of.

It repeats index and event rows that were left behind, sends jobs whose time
has come, and takes back jobs that a dead worker or a lost Redis held.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import select, update

from cytotheca.core.jobs.schedule import enqueue_due
from cytotheca.core.jobs.worker import park
from cytotheca.core.models.base import utc_now
from cytotheca.core.models.outbox import JobState, Kind, Outbox, list_left_behind
from cytotheca.core.runtime.dispatch import run_rows, send_ready
from cytotheca.core.runtime.options import follow_options
from cytotheca.core.settings.site import JobSettings

if TYPE_CHECKING:
    from cytotheca.core.runtime.site import Site

log = structlog.get_logger(__name__)

LEFT_BEHIND = timedelta(seconds=5)
SENT_UNSEEN = timedelta(seconds=15)
WORKER_DIED = "the worker died while it ran this job"
HEAL_EVERY_S = 10.0


def run_relay(site: Site, stop: threading.Event, *, heal_search: Callable[[], object]) -> None:
    """Look at the outbox again and again until ``stop`` is set.

    Beside it ``heal_search`` is called now and then, in a thread of its own, so that jobs do
    not wait for it.
    """
    pause_s = site.settings(JobSettings).relay_s
    _do_regularly("search-healer", heal_search, HEAL_EVERY_S, stop)
    while not stop.is_set():
        try:
            relay_once(site)
        except Exception:
            log.exception("The relay failed; it goes on.")
        stop.wait(pause_s)


def _do_regularly(
    name: str, work: Callable[[], object], every_s: float, stop: threading.Event
) -> None:
    def run() -> None:
        while not stop.wait(every_s):
            try:
                work()
            except Exception:
                log.exception("Regular work failed; it is tried again.", work=name)

    threading.Thread(target=run, daemon=True, name=name).start()


def relay_once(site: Site) -> None:
    """One look at the outbox."""
    follow_options(site)
    if site.database.ballast is not None:
        site.database.ballast.take_on()
    now = utc_now()
    with site.database.reading() as session:
        rows = [row.id for row in list_left_behind(session, now, age=LEFT_BEHIND)]
    run_rows(site, rows)
    take_back_expired(site)
    take_back_lost(site)
    enqueue_due(site)
    send_ready(site)


def take_back_expired(site: Site) -> None:
    """Make jobs pending whose worker was silent for longer than the lease."""
    now = utc_now()
    expired = (
        Outbox.kind == Kind.JOB,
        Outbox.state == JobState.RUNNING,
        Outbox.lease_until < now,
    )
    with site.database.reading() as session:
        if session.scalar(select(Outbox.id).where(*expired).limit(1)) is None:
            return
    with site.database.writing() as session:
        for row in session.scalars(select(Outbox).where(*expired).with_for_update()):
            spec = site.jobs.get(row.name)
            allowed = len(spec.retry_delays_s) + 1 if spec else 1
            if row.attempts > allowed:
                park(session, row, WORKER_DIED)
            else:
                row.error, row.state, row.available_at = WORKER_DIED, JobState.PENDING, now
            log.warning("A worker died; its job is taken back.", job=row.key, state=row.state)
        session.commit()


def take_back_lost(site: Site) -> None:
    """Make jobs pending that were sent but that the transport does not hold any more."""
    old = (
        Outbox.kind == Kind.JOB,
        Outbox.state == JobState.SENT,
        Outbox.sent_at < utc_now() - SENT_UNSEEN,
    )
    with site.database.reading() as session:
        ids = session.scalars(select(Outbox.id).where(*old).limit(500)).all()
    if not ids:
        return
    held = site.transport.holds(ids)
    lost = [row_id for row_id in ids if held is not None and not held[row_id]]
    if not lost:
        return
    with site.database.writing() as session:
        session.execute(
            update(Outbox)
            .where(Outbox.id.in_(lost), Outbox.state == JobState.SENT)
            .values(state=JobState.PENDING)
        )
        session.commit()
    log.warning("Jobs that the queue had lost are sent again.", count=len(lost))
