"""What an operator wants to know of the background jobs, also while the queue is away."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from cytotheca.core.models.base import iso, utc_now
from cytotheca.core.models.outbox import JobState, Kind, Outbox, QueueCount, count_jobs
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.declare import Action
from cytotheca.core.schema.params import Natural, Params

LISTED = 100
STATES = {
    "waiting": (JobState.PENDING, JobState.SENT),
    "running": (JobState.RUNNING,),
    "failed": (JobState.FAILED,),
}


class JobOverview(Params):
    """Parameters of ``job_overview``."""

    limit: Natural = LISTED


def job_overview(context: Context, params: JobOverview) -> dict[str, Any]:
    """Return the state of the queues, and the jobs that wait, run or have failed.

    Parameters: ``limit`` (100; of each kind of jobs). Example: ``{}``.
    Returns ``{"queue_available", "queues": [{"name", "waiting", "running", "failed",
    "oldest_s"}], "waiting": [job, …], "running": […], "failed": […]}``; ``oldest_s`` is for how
    many seconds the oldest job of the queue that may run has waited. Jobs that failed come
    latest first.
    """
    return {
        "queue_available": context.site.transport.ping(),
        "queues": [_queue(one) for one in count_jobs(context.session)],
        **{name: _list(context, name, params.limit or LISTED) for name in STATES},
    }


def _queue(count: QueueCount) -> dict[str, Any]:
    oldest = count.oldest
    waited = max(0, int((utc_now() - oldest).total_seconds())) if oldest else None
    return {
        "name": count.queue,
        "waiting": count.waiting,
        "running": count.running,
        "failed": count.failed,
        "oldest_s": waited,
    }


def _list(context: Context, name: str, limit: int) -> list[dict[str, Any]]:
    latest_first = name == "failed"
    order = Outbox.available_at.desc() if latest_first else Outbox.created
    query = select(Outbox).where(Outbox.kind == Kind.JOB, Outbox.state.in_(STATES[name]))
    return [_show(one) for one in context.session.scalars(query.order_by(order).limit(limit))]


def _show(job: Outbox) -> dict[str, Any]:
    return {
        "id": job.key,
        "title": job.title or job.name,
        "name": job.name,
        "subject": job.subject,
        "queue": job.queue,
        "created": iso(job.created.replace(microsecond=0)),
        "next_try": iso(job.available_at.replace(microsecond=0)),
        "attempts": job.attempts,
        "error": job.error,
    }


ACTIONS = (Action(name="job_overview", body=job_overview, params=JobOverview, read_only=True),)
