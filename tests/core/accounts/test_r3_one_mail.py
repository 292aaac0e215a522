"""R3: a job that is started several times at once has one effect."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from cytotheca.core.jobs.worker import run_job

STARTERS = 8


def test_a_job_that_is_started_many_times_at_once_sends_one_mail(town):
    """The same row in the hands of several workers, as after a message that came twice."""
    somebody = town.hire()
    town.mails()
    town.send(town.browser(), "/user/reset", login=somebody["name"])
    rows = [row.id for row in town.waiting()]
    assert rows
    together = Barrier(STARTERS)

    def start(_number: int) -> int:
        together.wait(timeout=30)
        return sum(run_job(town.pages.site, row) for row in rows)

    with ThreadPoolExecutor(STARTERS) as pool:
        done = list(pool.map(start, range(STARTERS)))
    assert sum(done) == len(rows)
    (mail,) = town.box.take()
    assert mail["X-Envelope-To"] == somebody["email"]
    assert town.mails() == []
