"""Jobs that wait for others: the others must be known when the transaction ends."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from cytotheca.core.models.outbox import JobState, Kind, Outbox, keys_present, waits_for_failed


class UnknownDependency(ValueError):
    """A job is to wait for one that nobody has enqueued: a fault of the code."""


def settle_dependencies(session: Session, rows: Iterable[Outbox]) -> None:
    """Check what new jobs wait for; one that waits for a failed job fails with it.

    Called at the end of a transaction, so that jobs may be enqueued in any order.

    Raises
    ------
    UnknownDependency
        If a job would wait for one that is neither there nor enqueued now.
    """
    waiting = [row for row in rows if row.kind == Kind.JOB and row.depends_on]
    if not waiting:
        return
    session.flush()
    present = keys_present(session, sorted({key for row in waiting for key in row.depends_on}))
    for row in waiting:
        for key in row.depends_on:
            if key not in present:
                raise UnknownDependency(f"the job {row.key} waits for {key}, which is unknown")
            if present[key] == JobState.FAILED:
                row.state = JobState.FAILED
                row.error = waits_for_failed(key)
