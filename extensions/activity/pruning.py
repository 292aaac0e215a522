"""Removes old activities: by a command, and every day where the site says so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from cytotheca.core.plugins.toolkit import JobSpec, Site, unit_of_work, with_site
from cytotheca.extensions.activity.settings import ActivitySettings

DAY_S = 24 * 3600


def prune(site: Site, days: int) -> int:
    """Remove activities older than some days, and return how many."""
    with unit_of_work(site, via="job", ignore_auth=True) as context:
        return int(context.call("activity_prune", {"older_than_days": days}))


def run_prune(site: Site, subject: str, payload: Mapping[str, Any]) -> None:
    """Remove what is older than the site keeps, as a job."""
    del subject, payload
    days = site.settings(ActivitySettings).keep_days
    if days:
        prune(site, days)


PRUNE = JobSpec(
    name="activity_prune",
    function=run_prune,
    title="Remove old activities",
    every_s=DAY_S,
)


@click.group("activity")
def activity() -> None:
    """Look after the activity log."""


@activity.command("prune")
@click.option(
    "--older-than",
    "days",
    type=click.IntRange(1, 36_500),
    required=True,
    metavar="DAYS",
    help="Remove activities older than so many days.",
)
@with_site
def prune_now(site: Site, days: int) -> None:
    """Remove old activities; datasets and their versions stay."""
    click.echo(f"removed {prune(site, days)} activities")
