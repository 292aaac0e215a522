"""Actions on background jobs: the rows of the outbox that workers have not done yet."""

from __future__ import annotations

from typing import Any

from pydantic import Field
from sqlalchemy import select

from cytotheca.core.domain.errors import NotFound, ValidationError
from cytotheca.core.jobs.declare import canonical
from cytotheca.core.models.base import iso, utc_now
from cytotheca.core.models.outbox import (
    JobState,
    Kind,
    Outbox,
    find_row,
    list_dependents,
    list_jobs,
)
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.declare import Action
from cytotheca.core.schema.params import IdParams, LenientBool, Natural, Params, WordList

LISTED = 200


class JobList(Params):
    """Parameters of ``job_list``."""

    queues: WordList = Field(default_factory=list)
    limit: Natural = LISTED
    ids_only: LenientBool = False


class JobClear(Params):
    """Parameters of ``job_clear``."""

    queues: WordList = Field(default_factory=list)


class JobRetry(Params):
    """Parameters of ``job_retry``."""

    id: str | None = None


def job_list(context: Context, params: JobList) -> list[str] | list[dict[str, Any]]:
    """Return the jobs that wait or run, in the order of execution.

    Parameters: ``queues`` (all), ``limit`` (200), ``ids_only`` (false).
    Refused while the queue server is away; ``job_overview`` answers then, too.
    Example: ``{"queues": ["dcor-short"]}``.
    """
    if not context.site.transport.ping():
        raise ValidationError("Job queue unavailable")
    queues = _canonical(params.queues)
    jobs = list_jobs(context.session, queues=queues, limit=params.limit or LISTED)
    return [job.key for job in jobs] if params.ids_only else [_show(job) for job in jobs]


def job_show(context: Context, params: IdParams) -> dict[str, Any]:
    """Return a job.

    Parameters: ``id``, that is ``<object>:<job>[:<version>]``. Example: ``{"id": "…"}``.
    """
    return _show(_get(context, params.id))


def job_cancel(context: Context, params: IdParams) -> None:
    """Take a waiting job out of its queue, or forget one that failed.

    Parameters: ``id``. Example: ``{"id": "…"}``.
    """
    job = _get(context, params.id)
    if job.state == JobState.RUNNING:
        raise ValidationError("The job is running")
    context.session.delete(job)
    context.session.flush()
    context.site.transport.cancel(job.id)


def job_retry(context: Context, params: JobRetry) -> list[str]:
    """Have jobs that failed tried anew, with those that were to follow them.

    Parameters: ``id`` (all that failed). Example: ``{"id": "…"}``.
    Returns the ids of the jobs that wait again.
    """
    if params.id:
        job = _get(context, params.id)
        if job.state != JobState.FAILED:
            raise ValidationError("The job has not failed")
        failed = [job, *(one for one in list_dependents(context.session, job))]
    else:
        query = select(Outbox).where(Outbox.kind == Kind.JOB)
        failed = list(context.session.scalars(query.where(Outbox.state == JobState.FAILED)))
    again = [one for one in failed if one.state == JobState.FAILED]
    for one in again:
        one.state, one.attempts, one.error = JobState.PENDING, 0, None
        one.available_at, one.postponed_since = utc_now(), None
    context.session.flush()
    return [one.key for one in again]


def job_clear(context: Context, params: JobClear) -> list[str]:
    """Take all waiting jobs out of the queues; running and failed ones stay.

    Parameters: ``queues`` (all). Example: ``{"queues": ["dcor-short"]}``.
    Returns the names of the queues that are now empty.
    """
    query = select(Outbox).where(
        Outbox.kind == Kind.JOB, Outbox.state.in_((JobState.PENDING, JobState.SENT))
    )
    if params.queues:
        query = query.where(Outbox.queue.in_(_canonical(params.queues)))
    jobs = context.session.scalars(query.with_for_update()).all()
    for job in jobs:  # a worker that still gets the id of one finds nothing to do
        context.session.delete(job)
    context.session.flush()
    return _canonical(params.queues) or sorted({job.queue for job in jobs})


def _canonical(queues: list[str]) -> list[str]:
    return [canonical(name) for name in queues]


def _get(context: Context, job_id: str) -> Outbox:
    job = find_row(context.session, job_id)
    if job is None or job.kind != Kind.JOB:
        raise NotFound("Job was not found.")
    return job


def _show(job: Outbox) -> dict[str, Any]:
    return {
        "id": job.key,
        "title": job.title or job.name,
        "created": iso(job.created.replace(microsecond=0)),
        "queue": job.queue,
    }


ACTIONS = (
    Action(name="job_list", body=job_list, params=JobList, read_only=True),
    Action(name="job_show", body=job_show, params=IdParams, read_only=True),
    Action(name="job_cancel", body=job_cancel, params=IdParams),
    Action(name="job_retry", body=job_retry, params=JobRetry),
    Action(name="job_clear", body=job_clear, params=JobClear),
)
