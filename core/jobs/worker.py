"""The worker: runs job rows, one at a time, each in a forked child of RQ.

The row is leased in the database while the job runs. A worker that dies
leaves a lease that ends by itself; the relay then sends the row again.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from flask import Flask, current_app
from rq import SimpleWorker, Worker
from sqlalchemy import or_, select, update

from cytotheca.core.jobs.declare import ALIASES, Postpone
from cytotheca.core.models.base import utc_now
from cytotheca.core.models.outbox import JobState, Outbox
from cytotheca.core.runtime.dispatch import send_ready
from cytotheca.core.settings.site import JobSettings

if TYPE_CHECKING:
    from cytotheca.core.jobs.declare import JobSpec
    from cytotheca.core.jobs.transport import RqTransport
    from cytotheca.core.runtime.site import Site

log = structlog.get_logger(__name__)

MAX_POSTPONED = timedelta(minutes=10)


def run_worker(app: Flask, queues: Sequence[str], *, burst: bool = False) -> None:
    """Serve queues in their order of priority until SIGTERM (or until empty, if ``burst``)."""
    site: Site = app.extensions["cytotheca"]
    transport: RqTransport = site.transport  # type: ignore[assignment]
    names = [ALIASES.get(name, name) for name in queues]
    site.hooks.worker_started(site=site)
    with app.app_context():
        worker = Worker([transport.queue(name) for name in names], connection=transport.redis)
        worker.work(burst=burst, with_scheduler=False, logging_level="WARNING")


def run_worker_in_process(app: Flask, queues: Sequence[str]) -> None:
    """Do what waits in the queues in this process, without forking; for commands and tests."""
    site: Site = app.extensions["cytotheca"]
    transport: RqTransport = site.transport  # type: ignore[assignment]
    with app.app_context():
        worker = SimpleWorker(
            [transport.queue(ALIASES.get(name, name)) for name in queues],
            connection=transport.redis,
        )
        worker.work(burst=True, with_scheduler=False, logging_level="WARNING")


def perform(row_id: str) -> None:
    """Run the job of an outbox row; called by RQ in the worker's child."""
    site: Site = current_app.extensions["cytotheca"]
    if os.getpid() != site.pid:  # connections must not be shared with the parent
        site.database.engine.dispose(close=False)
    run_job(site, row_id)


def run_job(site: Site, row_id: str) -> bool:
    """Lease a row, run its job, and delete the row; False if it was not ours to run."""
    row = _lease(site, row_id)
    if row is None:
        return False
    structlog.contextvars.bind_contextvars(job=row.key)
    spec: JobSpec | None = site.jobs.get(row.name)
    try:
        if spec is None:
            _park(site, row_id, f"no enabled plugin has a job {row.name!r}")
            return True
        with _heartbeat(site, row_id):
            spec.function(site, row.subject, row.payload)
    except Postpone as wish:
        _postpone(site, row_id, wish)
    except Exception as error:
        log.exception("A job failed.", job_name=row.name, subject=row.subject)
        _retry_or_park(site, row_id, spec, error)
    else:
        _finish(site, row_id)
    finally:
        structlog.contextvars.unbind_contextvars("job")
    return True


def _lease(site: Site, row_id: str) -> Outbox | None:
    now = utc_now()
    lease = timedelta(seconds=site.settings(JobSettings).lease_s)
    free = or_(
        Outbox.state.in_((JobState.SENT, JobState.PENDING)),
        (Outbox.state == JobState.RUNNING) & (Outbox.lease_until < now),
    )
    with site.database.writing() as session:
        taken = session.execute(
            update(Outbox)
            .where(Outbox.id == row_id, free)
            .values(state=JobState.RUNNING, lease_until=now + lease, attempts=Outbox.attempts + 1)
        )
        row = session.get(Outbox, row_id) if taken.rowcount else None  # type: ignore[attr-defined]
        session.commit()
    return row


@contextmanager
def _heartbeat(site: Site, row_id: str) -> Iterator[None]:
    """Renew the lease of a row while the block runs."""
    ended = threading.Event()
    lease_s = site.settings(JobSettings).lease_s

    def beat() -> None:
        while not ended.wait(lease_s / 3):
            with site.database.writing() as session:
                session.execute(
                    update(Outbox)
                    .where(Outbox.id == row_id)
                    .values(lease_until=utc_now() + timedelta(seconds=lease_s))
                )
                session.commit()

    thread = threading.Thread(target=beat, daemon=True, name="job-lease")
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _finish(site: Site, row_id: str) -> None:
    with site.database.writing() as session:
        row = session.get(Outbox, row_id)
        if row is not None:
            session.delete(row)
        session.commit()
    send_ready(site)


def _postpone(site: Site, row_id: str, wish: Postpone) -> None:
    with site.database.writing() as session:
        row = session.get(Outbox, row_id)
        if row is None:
            return
        row.attempts -= 1
        row.error = str(wish)
        if utc_now() - row.created > MAX_POSTPONED:
            row.state = JobState.FAILED
        else:
            row.state = JobState.PENDING
            row.available_at = utc_now() + timedelta(seconds=wish.delay_s)
        session.commit()


def _retry_or_park(site: Site, row_id: str, spec: JobSpec | None, error: Exception) -> None:
    delays = spec.retry_delays_s if spec else ()
    with site.database.writing() as session:
        row = session.get(Outbox, row_id)
        if row is None:
            return
        row.error = f"{type(error).__name__}: {error}"[:2000]
        if row.attempts <= len(delays):
            row.state = JobState.PENDING
            row.available_at = utc_now() + timedelta(seconds=delays[row.attempts - 1])
            session.commit()
            return
        session.commit()
    _park(site, row_id, f"{type(error).__name__}: {error}")


def _park(site: Site, row_id: str, reason: str) -> None:
    """Mark a job as failed for good, and with it the jobs that wait for it."""
    with site.database.writing() as session:
        row = session.get(Outbox, row_id)
        if row is None:
            return
        row.state = JobState.FAILED
        row.error = reason[:2000]
        same = session.scalars(select(Outbox).where(Outbox.subject == row.subject)).all()
        for other in same:
            if row.key in other.depends_on:
                other.state = JobState.FAILED
                other.error = f"waits for {row.name}, which failed"
        session.commit()
