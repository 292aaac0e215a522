"""O22: regular jobs are enqueued once per period, however many hosts run the site."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import update

from cytotheca.core.jobs.declare import JobSpec
from cytotheca.core.jobs.schedule import PREFIX, enqueue_due
from cytotheca.core.models.base import iso, utc_now
from cytotheca.core.models.outbox import list_jobs
from cytotheca.core.models.system import SystemInfo

HOUR = 3600


@pytest.fixture
def hourly(bare):
    """A site whose only regular job is due every hour, and that knows of it already."""
    spec = JobSpec(name="tidy", function=lambda *_: None, every_s=HOUR)
    bare.jobs.clear()
    bare.jobs["tidy"] = spec
    assert enqueue_due(bare) == []
    return bare


def let_time_pass(site, seconds):
    with site.database.writing() as session:
        then = str(iso(utc_now() - timedelta(seconds=seconds)))
        session.execute(
            update(SystemInfo).where(SystemInfo.key == f"{PREFIX}tidy").values(value=then)
        )
        session.commit()


def waiting(site):
    with site.database.reading() as session:
        return [row.key for row in list_jobs(session)]


def test_a_job_is_enqueued_when_its_period_is_over_and_not_before(hourly):
    let_time_pass(hourly, HOUR - 60)
    assert enqueue_due(hourly) == []
    let_time_pass(hourly, HOUR + 1)
    assert enqueue_due(hourly) == ["tidy"]
    assert enqueue_due(hourly) == []
    assert waiting(hourly) == ["site:tidy"]


def test_many_relays_enqueue_it_once(hourly):
    let_time_pass(hourly, HOUR + 1)
    began = threading.Barrier(6)
    done: list[str] = []

    def relay():
        began.wait()
        done.extend(enqueue_due(hourly))

    threads = [threading.Thread(target=relay) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done == ["tidy"]
    assert waiting(hourly) == ["site:tidy"]
