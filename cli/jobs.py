"""``cytotheca jobs``: run background jobs, and look at them."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING, Any

import click

from cytotheca.cli.access import SiteAccess, call, pass_access, with_site
from cytotheca.cli.numbers import WholeNumber
from cytotheca.cli.printing import print_fields
from cytotheca.cli.supervision.death import kill_forks_with_parent
from cytotheca.core.jobs.declare import ALIASES, queue_names

if TYPE_CHECKING:
    from cytotheca.core.operations import OperableSite

NO_JOBS = "There are no pending jobs."


@click.group()
def jobs() -> None:
    """Run workers; list, show, cancel, clear and test jobs."""


@jobs.command("worker")
@click.argument("queues", nargs=-1)
@click.option("--burst", is_flag=True, help="Stop when the queues are empty.")
@click.option(
    "--max-idle-time",
    type=WholeNumber(min=1),
    metavar="SECONDS",
    help="Stop when there was nothing to do for so long.",
)
@click.option("--no-scheduler", is_flag=True, help="Taken for CKAN's sake: the relay schedules.")
@pass_access
def worker(
    access: SiteAccess,
    queues: tuple[str, ...],
    burst: bool,
    max_idle_time: int | None,
    no_scheduler: bool,
) -> None:
    """Run the jobs of QUEUES, the first ones first.

    There are short, normal, long and default. Without QUEUES, those of "default".
    """
    del no_scheduler
    from cytotheca.core.app import create_app  # only the worker needs Flask
    from cytotheca.core.http.logs import configure_logs
    from cytotheca.core.jobs.worker import run_worker

    configure_logs()
    kill_forks_with_parent()
    with access.open() as site:
        _require_known(site, queues)
        run_worker(create_app(site), queues or ("default",), burst=burst, max_idle_s=max_idle_time)


@jobs.command("relay")
@with_site
def relay(site: OperableSite) -> None:
    """Bring what was left behind to its queue and index, until SIGTERM."""
    from cytotheca.core.http.logs import configure_logs
    from cytotheca.core.jobs.relay import run_relay

    configure_logs()
    stop = threading.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, lambda *_: stop.set())
    run_relay(site, stop, heal_search=site.heal_search_index)


@jobs.command("list")
@click.argument("queues", nargs=-1)
@click.option("-l", "--limit", type=WholeNumber(min=0), default=200, show_default=True)
@click.option("-i", "--show-ids", is_flag=True, help="Print the ids alone.")
@with_site
def list_jobs(site: OperableSite, queues: tuple[str, ...], limit: int, show_ids: bool) -> None:
    """Print the waiting jobs: time, id, queue and title."""
    found = call(site, "job_list", queues=list(queues) or None, limit=limit)
    for job in found:
        click.echo(job["id"] if show_ids else _line(job))
    if not found:
        click.echo(NO_JOBS)


@jobs.command("show")
@click.argument("job_id", metavar="ID")
@with_site
def show(site: OperableSite, job_id: str) -> None:
    """Print what is known of a job."""
    print_fields(call(site, "job_show", id=job_id))


@jobs.command("cancel")
@click.argument("job_id", metavar="ID")
@with_site
def cancel(site: OperableSite, job_id: str) -> None:
    """Remove a waiting job; a running one is not touched."""
    call(site, "job_cancel", id=job_id)
    click.echo(f"cancelled {job_id}")


@jobs.command("retry")
@click.argument("job_id", metavar="ID", required=False)
@with_site
def retry(site: OperableSite, job_id: str | None) -> None:
    """Have a job that failed tried anew, or all that failed."""
    again = call(site, "job_retry", id=job_id)
    for one in again:
        click.echo(f"waits again: {one}")
    if not again:
        click.echo("no job has failed")


@jobs.command("failed")
@with_site
def failed(site: OperableSite) -> None:
    """Print the jobs that failed: time, id, queue and reason."""
    for job in call(site, "job_overview")["failed"]:
        click.echo(f"{job['created']} {job['id']} {job['queue']} {job['error']}")


@jobs.command("clear")
@click.argument("queues", nargs=-1)
@with_site
def clear(site: OperableSite, queues: tuple[str, ...]) -> None:
    """Remove the waiting jobs of QUEUES, or of all."""
    cleared = call(site, "job_clear", queues=list(queues) or None)
    click.echo(f"cleared {', '.join(cleared) or 'nothing'}")


@jobs.command("test")
@click.argument("queues", nargs=-1)
@with_site
def test(site: OperableSite, queues: tuple[str, ...]) -> None:
    """Add a job to QUEUES that only says that it ran.

    It says so in the worker's log. Without QUEUES, one is added to "default".
    """
    _require_known(site, queues)
    for queue, job_id in site.enqueue_test_jobs(queues or ("default",)).items():
        click.echo(f"added {job_id} to the queue {queue}")


def _require_known(site: OperableSite, queues: tuple[str, ...]) -> None:
    """Refuse a queue that no job of this site goes to: nobody would ever serve it."""
    known = (*queue_names(site.jobs.values()), *ALIASES)
    for queue in queues:
        if queue not in known:
            raise click.UsageError(f"there is no queue {queue}; known: {', '.join(known)}")


def _line(job: dict[str, Any]) -> str:
    title = f'"{job["title"]}"' if job.get("title") else "null"
    return f"{job.get('created')} {job['id']} {job.get('queue')} {title}"
