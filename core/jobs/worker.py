"""The worker: runs job rows, one at a time, each in a forked child of RQ.

The row is leased in the database while the job runs. A worker that dies
leaves a lease that ends by itself; the relay then sends the row again. A
worker that was only slow, and whose row went to another one meanwhile, finds
its lease gone and changes the row no more.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from flask import Flask, current_app
from rq import SimpleWorker, Worker
from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from cytotheca.core.jobs.declare import Postpone, canonical
from cytotheca.core.models.base import utc_now
from cytotheca.core.models.outbox import (
    JobState,
    Outbox,
    list_dependents,
    waits_for_failed,
)
from cytotheca.core.runtime.dispatch import send_ready
from cytotheca.core.runtime.options import follow_options
from cytotheca.core.settings.site import JobSettings

if TYPE_CHECKING:
    from rq import Queue
    from rq.job import Job

    from cytotheca.core.jobs.declare import JobSpec
    from cytotheca.core.jobs.transport import RqTransport
    from cytotheca.core.runtime.site import Site

log = structlog.get_logger(__name__)

MAX_POSTPONED = timedelta(minutes=10)
AWAY_PAUSE_S = 1.0


def run_worker(
    app: Flask,
    queues: Sequence[str],
    *,
    burst: bool = False,
    max_idle_s: int | None = None,
) -> None:
    """Serve queues in their order of priority until SIGTERM (or until empty, if ``burst``).

    With ``max_idle_s`` the worker also ends when it had nothing to do for that long.
    """
    site: Site = app.extensions["cytotheca"]
    transport: RqTransport = site.transport  # type: ignore[assignment]
    names = [canonical(name) for name in queues]
    if not burst:
        _await_queue(transport)
    site.hooks.worker_started(site=site)
    site.database.close()  # SQLite forbids to take an open connection across a fork
    with app.app_context():
        worker = PreparedWorker(
            [transport.queue(name) for name in names], connection=transport.redis
        )
        worker.site, worker.prepared = site, set()
        worker.work(
            burst=burst, max_idle_time=max_idle_s, with_scheduler=False, logging_level="WARNING"
        )


class PreparedWorker(Worker):
    """RQ's worker, which prepares itself for a kind of job before it forks the first of them."""

    site: Site
    prepared: set[object]

    def fork_work_horse(self, job: Job, queue: Queue) -> None:
        """Prepare once for this kind of job, then fork as ever."""
        with suppress(SQLAlchemyError):  # what is wrong with the database, the job will tell
            self._prepare(job.args[0])
        self.site.database.close()  # SQLite forbids to take an open connection across a fork
        super().fork_work_horse(job, queue)

    def procline(self, message: str) -> None:
        """Keep the title of the process: operators look for the command that runs."""

    def _prepare(self, row_id: str) -> None:
        with self.site.database.reading() as session:
            row = session.get(Outbox, row_id)
            spec = self.site.jobs.get(row.name) if row else None
        if spec is not None and spec.prepare is not None and spec.prepare not in self.prepared:
            spec.prepare(self.site)
            self.prepared.add(spec.prepare)


def _await_queue(transport: RqTransport) -> None:
    """Wait for Redis, which may start later than the worker."""
    if transport.ping():
        return
    log.warning("The queue is away; the worker waits for it.")
    while not transport.ping():
        time.sleep(AWAY_PAUSE_S)
    log.info("The queue is there.")


def run_worker_in_process(app: Flask, queues: Sequence[str]) -> None:
    """Do what waits in the queues in this process, without forking; for commands and tests."""
    site: Site = app.extensions["cytotheca"]
    transport: RqTransport = site.transport  # type: ignore[assignment]
    with app.app_context():
        worker = SimpleWorker(
            [transport.queue(canonical(name)) for name in queues],
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
    lease = _lease(site, row_id)
    if lease is None:
        return False
    structlog.contextvars.bind_contextvars(job=lease.key)
    follow_options(site)
    spec: JobSpec | None = site.jobs.get(lease.name)
    try:
        if spec is None:
            _give_up(site, lease, f"no enabled plugin has a job {lease.name!r}")
            return True
        with _heartbeat(site, lease):
            spec.function(site, lease.subject, lease.payload)
    except Postpone as wish:
        _postpone(site, lease, wish)
    except Exception as error:
        log.exception("A job failed.", job_name=lease.name, subject=lease.subject)
        _retry_or_give_up(site, lease, spec, error)
    else:
        _finish(site, lease)
    finally:
        structlog.contextvars.unbind_contextvars("job")
    return True


def park(session: Session, row: Outbox, reason: str) -> None:
    """Mark a job as failed for good, and with it the jobs that wait for it."""
    row.state = JobState.FAILED
    row.error = reason[:2000]
    for other in list_dependents(session, row):
        other.state = JobState.FAILED
        other.error = waits_for_failed(row.name)


def _lease(site: Site, row_id: str) -> Outbox | None:
    """Take a row; the number of its attempts tells this lease from all others."""
    now = utc_now()
    lease = timedelta(seconds=site.settings(JobSettings).lease_s)
    free = or_(
        Outbox.state == JobState.SENT,
        (Outbox.state == JobState.PENDING) & (Outbox.available_at <= now),
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


def _held(lease: Outbox) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions under which a row is still ours."""
    return (
        Outbox.id == lease.id,
        Outbox.state == JobState.RUNNING,
        Outbox.attempts == lease.attempts,
    )


def _find_held(session: Session, lease: Outbox) -> Outbox | None:
    return session.scalar(select(Outbox).where(*_held(lease)).with_for_update())


@contextmanager
def _heartbeat(site: Site, lease: Outbox) -> Iterator[None]:
    """Renew a lease while the block runs."""
    ended = threading.Event()
    pause_s = site.settings(JobSettings).lease_s / 3

    def beat() -> None:
        while not ended.wait(pause_s):
            try:
                if not _renew(site, lease):
                    log.warning("A job was taken from its worker, which was too slow.")
                    return
            except SQLAlchemyError as error:  # the next beat may come through
                log.warning("A lease was not renewed; it is tried again.", error=str(error))

    thread = threading.Thread(target=beat, daemon=True, name="job-lease")
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _renew(site: Site, lease: Outbox) -> bool:
    """Prolong a lease; False if it was lost."""
    until = utc_now() + timedelta(seconds=site.settings(JobSettings).lease_s)
    with site.database.writing() as session:
        done = session.execute(update(Outbox).where(*_held(lease)).values(lease_until=until))
        session.commit()
    return bool(done.rowcount)  # type: ignore[attr-defined]


def _finish(site: Site, lease: Outbox) -> None:
    with site.database.writing() as session:
        session.execute(delete(Outbox).where(*_held(lease)))
        session.commit()
    send_ready(site)


def _postpone(site: Site, lease: Outbox, wish: Postpone) -> None:
    with site.database.writing() as session:
        row = _find_held(session, lease)
        if row is None:
            return
        now = utc_now()
        row.attempts -= 1
        row.error = str(wish)
        row.postponed_since = row.postponed_since or now
        if now - row.postponed_since > MAX_POSTPONED:
            park(session, row, str(wish))
        else:
            row.state = JobState.PENDING
            row.available_at = now + timedelta(seconds=wish.delay_s)
        session.commit()


def _retry_or_give_up(site: Site, lease: Outbox, spec: JobSpec | None, error: Exception) -> None:
    delays = spec.retry_delays_s if spec else ()
    reason = f"{type(error).__name__}: {error}"
    if lease.attempts > len(delays):
        _give_up(site, lease, reason)
        return
    with site.database.writing() as session:
        row = _find_held(session, lease)
        if row is None:
            return
        row.error = reason[:2000]
        row.state, row.postponed_since = JobState.PENDING, None
        row.available_at = utc_now() + timedelta(seconds=delays[row.attempts - 1])
        session.commit()


def _give_up(site: Site, lease: Outbox, reason: str) -> None:
    with site.database.writing() as session:
        row = _find_held(session, lease)
        if row is not None:
            park(session, row, reason)
            session.commit()
