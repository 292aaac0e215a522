"""ckan-core §8: what jobs wait for is known, and fails and is retried with them."""

from __future__ import annotations

import pytest

from cytotheca.cli.supervision.crew import members_of
from cytotheca.core.jobs.declare import JobSpec
from cytotheca.core.jobs.worker import run_job
from cytotheca.core.models.outbox import JobState, find_row, list_jobs
from cytotheca.core.runtime.dependencies import UnknownDependency
from cytotheca.core.runtime.unit_of_work import unit_of_work

broken = [True]
ran: list[str] = []


def measure(site, subject, payload):
    if broken[0]:
        raise RuntimeError("no room")
    ran.append("measure")


MEASURE = JobSpec(name="measure", function=measure, retry_delays_s=())
DRAW = JobSpec(name="draw", function=lambda *_: ran.append("draw"))
MAIL = JobSpec(name="mail", function=lambda *_: ran.append("mail"))


@pytest.fixture
def chain(bare):
    """Enqueue three jobs, each after the one before, in the wrong order; return their keys."""
    ran.clear()
    broken[0] = True
    bare.jobs.update({spec.name: spec for spec in (MEASURE, DRAW, MAIL)})
    with unit_of_work(bare, ignore_auth=True) as context:
        context.enqueue(MAIL, "x", depends_on=["x:draw"])
        context.enqueue(DRAW, "x", depends_on=["x:measure"])
        context.enqueue(MEASURE, "x")
    return ["x:measure", "x:draw", "x:mail"]


def states(site, keys):
    with site.database.reading() as session:
        rows = [find_row(session, key) for key in keys]
    return [row.state if row else None for row in rows]


def run_all(site):
    """Run the jobs that may run, until none may."""
    while True:
        with site.database.reading() as session:
            waiting = {row.key: row for row in list_jobs(session)}
        free = [row.id for row in waiting.values() if not set(row.depends_on) & set(waiting)]
        done = [run_job(site, row_id) for row_id in free]
        if not any(done):
            return


def test_a_job_that_would_wait_for_an_unknown_one_is_an_error_and_nothing_is_saved(bare):
    with (
        pytest.raises(UnknownDependency, match="x:nosuch"),
        unit_of_work(bare, ignore_auth=True) as context,
    ):
        context.enqueue(DRAW, "x", depends_on=["x:nosuch"])
    assert states(bare, ["x:draw"]) == [None]


def test_the_same_job_twice_is_one_job(bare):
    for _ in range(2):
        with unit_of_work(bare, ignore_auth=True) as context:
            context.enqueue(MAIL, "x")
            context.enqueue(MAIL, "x")
    with bare.database.reading() as session:
        assert [row.key for row in list_jobs(session)] == ["x:mail"]


def test_jobs_behind_a_failed_one_fail_with_it_and_are_retried_with_it(bare, chain):
    run_all(bare)
    assert states(bare, chain) == [JobState.FAILED] * 3
    assert ran == []
    broken[0] = False
    assert sorted(bare.call("job_retry", {"id": chain[0]}, ignore_auth=True)) == sorted(chain)
    run_all(bare)
    assert states(bare, chain) == [None] * 3
    assert ran == ["measure", "draw", "mail"]


def test_a_job_enqueued_behind_a_failed_one_is_told_to_have_failed(bare, chain):
    run_all(bare)
    late = JobSpec(name="late", function=lambda *_: None)
    with unit_of_work(bare, ignore_auth=True) as context:
        context.enqueue(late, "x", depends_on=["x:measure"])
    (shown,) = [
        one
        for one in bare.call("job_overview", {}, ignore_auth=True)["failed"]
        if one["id"] == "x:late"
    ]
    assert shown["error"] == "waits for x:measure, which failed"


def test_a_queue_of_an_extension_is_served_by_the_workers_of_serve(bare):
    """design §5: queues of extensions beside the core's."""
    bare.jobs["paint"] = JobSpec(name="paint", function=lambda *_: None, queue="pictures")
    assert bare.queues_of_extensions() == ["pictures"]
    members = {one.name: one for one in members_of(bare.queues_of_extensions())}
    assert members["worker-any-0"].words[-5:] == ("short", "normal", "default", "pictures", "long")
