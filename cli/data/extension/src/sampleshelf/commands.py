"""Commands for operators, below ``cytotheca``."""

from __future__ import annotations

import click

from cytotheca.core.plugins.toolkit import Site, with_site
from sampleshelf.jobs import ALL_SHELVES, recount


@click.group("sampleshelf")
def sampleshelf() -> None:
    """Look after the shelves."""


@sampleshelf.command("recount")
@with_site
def recount_now(site: Site) -> None:
    """Count the public datasets of each shelf now."""
    recount(site, ALL_SHELVES, {})
    click.echo("counted")
