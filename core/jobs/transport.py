"""How job rows reach the workers: RQ on Redis or Valkey.

Only ids travel. What Redis loses is sent again from the outbox.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

import structlog
from redis import Redis
from redis.exceptions import RedisError

from cytotheca.core.jobs.declare import QUEUES

if TYPE_CHECKING:
    from rq import Queue

log = structlog.get_logger(__name__)

PERFORM = "cytotheca.core.jobs.worker.perform"


class Transport(Protocol):
    """Brings the ids of job rows to workers."""

    def send(self, row_id: str, *, queue: str, timeout_s: int, title: str | None) -> bool:
        """Hand a row over; False if the transport is away."""

    def ping(self) -> bool:
        """Tell whether the transport answers."""

    def holds(self, row_ids: Sequence[str]) -> Mapping[str, bool] | None:
        """Tell which rows still wait in a queue there; None if it is away."""

    def cancel(self, row_id: str) -> None:
        """Take a row out of its queue, if it still waits."""

    def close(self) -> None:
        """Give back connections."""


class RqTransport:
    """RQ queues, named ``<site id>-<queue>``, on one Redis or Valkey."""

    def __init__(self, url: str, *, site_id: str, queues: Sequence[str] = QUEUES) -> None:
        self.redis: Redis = Redis.from_url(
            url, socket_connect_timeout=2, socket_timeout=10, health_check_interval=30
        )
        self.site_id = site_id
        self.queues = tuple(queues)

    def queue(self, name: str) -> Queue:
        """Return the RQ queue of a bare name."""
        from rq import Queue  # noqa: PLC0415 - most commands send nothing

        return Queue(f"{self.site_id}-{name}", connection=self.redis)

    def send(self, row_id: str, *, queue: str, timeout_s: int, title: str | None) -> bool:
        """Enqueue the row's id; whoever comes second finds the row leased, or gone.

        RQ's id is new each time, since a used one would inherit the old job's times.
        """
        try:
            self.queue(queue).enqueue(
                PERFORM,
                row_id,
                job_id=f"{row_id}_{secrets.token_hex(4)}",
                job_timeout=timeout_s,
                result_ttl=0,
                failure_ttl=60,
                description=title or row_id,
            )
        except (RedisError, OSError) as error:
            log.warning("The queue is away; the job waits in the outbox.", error=str(error))
            return False
        return True

    def ping(self) -> bool:
        """Tell whether Redis answers."""
        try:
            return bool(self.redis.ping())
        except (RedisError, OSError):
            return False

    def holds(self, row_ids: Sequence[str]) -> Mapping[str, bool] | None:
        """Look for the ids in all queues.

        RQ's registry of started jobs is no proof: it lists the jobs of a killed worker for
        up to 90 s more. A job that runs has leased its row, or finds it leased.
        """
        try:
            present = self._present()
        except (RedisError, OSError):
            return None
        return {row_id: row_id in present for row_id in row_ids}

    def _present(self) -> set[str]:
        present: set[str] = set()
        for name in self.queues:
            present.update(map(_row_of, self.queue(name).get_job_ids()))
        return present

    def cancel(self, row_id: str) -> None:
        """Remove waiting jobs of the row; a running one is not touched."""
        try:
            for name in self.queues:
                queue = self.queue(name)
                for job_id in queue.get_job_ids():
                    if _row_of(job_id) == row_id:
                        queue.remove(job_id)
        except (RedisError, OSError) as error:
            log.warning("The queue is away; nothing cancelled there.", error=str(error))

    def close(self) -> None:
        """Close the connection pool."""
        self.redis.close()


def _row_of(job_id: str) -> str:
    """Return the row that an RQ job carries."""
    return job_id.partition("_")[0]
