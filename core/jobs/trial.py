"""A job that only says that it ran: operators try queues and workers with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import structlog

from cytotheca.core.jobs.declare import JobSpec, canonical
from cytotheca.core.models.base import new_id
from cytotheca.core.runtime.unit_of_work import unit_of_work

if TYPE_CHECKING:
    from cytotheca.core.runtime.site import Site

log = structlog.get_logger(__name__)


def say_that_it_ran(site: Site, subject: str, payload: Mapping[str, Any]) -> None:
    """Write a line to the worker's log."""
    del site, subject, payload
    log.info("A test job ran.")


TRIAL = JobSpec(name="test", function=say_that_it_ran, title="A test job")


def enqueue_trials(site: Site, queues: Sequence[str]) -> dict[str, str]:
    """Add a test job to each queue; return queue → id of the job."""
    names = [canonical(queue) for queue in queues]
    with unit_of_work(site, via="cli", ignore_auth=True) as context:
        return {name: context.enqueue(replace(TRIAL, queue=name), new_id()) for name in names}
