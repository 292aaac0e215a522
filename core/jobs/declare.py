"""How a background job is declared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

QUEUES = ("dcor-short", "dcor-normal", "dcor-long", "default")
ALIASES: Mapping[str, str] = {
    "short": "dcor-short",
    "normal": "dcor-normal",
    "long": "dcor-long",
}
RETRY_DELAYS_S = (10.0, 120.0)

SITE = "site"
"""The subject of jobs that are about the site as a whole."""

JobFunction = Callable[[Any, str, Mapping[str, Any]], None]


class Postpone(Exception):
    """Raised by a job that cannot run yet; it is tried again after ``delay_s``."""

    def __init__(self, reason: str, *, delay_s: float = 30.0) -> None:
        super().__init__(reason)
        self.delay_s = delay_s


@dataclass(frozen=True, slots=True, kw_only=True)
class JobSpec:
    """A job: its name, function, queue, time limit and retries.

    The function gets the site, the subject (an id) and the payload. It re-reads
    all state, begins by asking whether anything is left to do, and may run
    twice, late, or after its subject is gone. One with ``every_s`` is a regular one:
    it is enqueued for the subject ``site`` that often, however many hosts run the site.
    ``prepare`` is called with the site in the worker itself, before it forks the first such
    job; the forks share what it starts or loads.
    """

    name: str
    function: JobFunction
    queue: str = "default"
    timeout_s: int = 180
    retry_delays_s: tuple[float, ...] = RETRY_DELAYS_S
    title: str = ""
    every_s: int | None = None
    prepare: Callable[[Any], None] | None = None


def queue_names(jobs: Iterable[JobSpec]) -> tuple[str, ...]:
    """Return the names of all queues: the core's, then those of other jobs."""
    return tuple(dict.fromkeys((*QUEUES, *(job.queue for job in jobs))))


def canonical(queue: str) -> str:
    """Return the name of a queue that may be given by its short name."""
    return ALIASES.get(queue, queue)
