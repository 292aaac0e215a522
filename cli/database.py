"""``cytotheca db``: the tables of the core and of the plugins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cytotheca.cli.access import with_unchecked_site

if TYPE_CHECKING:
    from cytotheca.core.operations import OperableSite


@click.group()
def db() -> None:
    """Make and upgrade the database."""


@db.command("init")
@with_unchecked_site
def init(site: OperableSite) -> None:
    """Make the tables, or upgrade those that are there."""
    site.upgrade_database()
    click.echo("the database is ready")


@db.command("upgrade")
@with_unchecked_site
def upgrade(site: OperableSite) -> None:
    """Bring the tables of the core and of all plugins to this version."""
    site.upgrade_database()
    click.echo("the database is up to date")


@db.command("version")
@with_unchecked_site
def version(site: OperableSite) -> None:
    """Print the revision of each history of tables, and the one this version needs."""
    for name, (present, needed) in site.database_versions().items():
        state = "up to date" if present == needed else f"needs {needed}; run: db upgrade"
        click.echo(f"{name}\t{present or 'none'}\t{state}")
