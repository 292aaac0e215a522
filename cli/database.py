"""``cytotheca db``: the tables of the core and of the plugins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cytotheca.cli.access import with_unchecked_site
from cytotheca.cli.database_care import check, clean, duplicate_emails

if TYPE_CHECKING:
    from cytotheca.core.operations import OperableSite


@click.group()
def db() -> None:
    """Make and upgrade the database."""


for _command in (clean, check, duplicate_emails):
    db.add_command(_command)


@db.command("init")
@with_unchecked_site
def init(site: OperableSite) -> None:
    """Make the tables, or upgrade those that are there."""
    site.upgrade_database()
    click.echo("the database is ready")


db.add_command(init, "create-from-model")  # CKAN's other name


@db.command("upgrade")
@click.option("-p", "--plugin", help="Only the tables of this plugin, or of the core.")
@click.option("-v", "--version", "revision", default="head", help="Up to this revision.")
@click.option("--skip-core", is_flag=True, help="Leave the tables of the core.")
@click.option("--skip-plugins", is_flag=True, help="Leave the tables of plugins.")
@with_unchecked_site
def upgrade(
    site: OperableSite, plugin: str | None, revision: str, skip_core: bool, skip_plugins: bool
) -> None:
    """Bring all tables to this version of the program.

    Those of the core and of all plugins.
    """
    if revision != "head" or skip_core or skip_plugins:
        _upgrade_some(site, plugin, revision, skip_core=skip_core, skip_plugins=skip_plugins)
        return
    site.upgrade_database(plugin)
    click.echo(f"the tables of {plugin} are up to date" if plugin else "the database is up to date")


def _upgrade_some(
    site: OperableSite, plugin: str | None, revision: str, *, skip_core: bool, skip_plugins: bool
) -> None:
    if revision != "head" and plugin is None:
        plugin = "core"  # whose revisions are meant, as in CKAN
    for name in [plugin] if plugin else site.database_versions():
        if not (skip_core if name == "core" else skip_plugins):
            site.upgrade_database(name, revision)
            click.echo(f"the tables of {name} are up to {revision}")


@db.command("downgrade", short_help="Take tables back, with what they hold.")
@click.option("-p", "--plugin", default="core", help="Whose tables; by default the core's.")
@click.option(
    "-v", "--version", "revision", required=True, help="A revision; 'base' is before all."
)
@with_unchecked_site
def downgrade(site: OperableSite, plugin: str, revision: str) -> None:
    """Take tables back; what newer ones held is lost."""
    site.downgrade_database(plugin, revision)
    click.echo(f"the tables of {plugin} are at {revision}")


@db.command("pending-migrations")
@click.option("--apply", is_flag=True, help="Apply them.")
@with_unchecked_site
def pending_migrations(site: OperableSite, apply: bool) -> None:
    """Print the migrations not applied yet.

    Those of the core and of all plugins.
    """
    pending = site.pending_migrations()
    for name, steps in pending.items():
        for step in steps:
            click.echo(f"{name}\t{step}")
    if not pending:
        click.echo("nothing is pending")
    elif apply:
        site.upgrade_database()
        click.echo("applied")


@db.command("version")
@click.option("-p", "--plugin", help="Only of this plugin, or of the core.")
@with_unchecked_site
def version(site: OperableSite, plugin: str | None) -> None:
    """Print the revisions of the tables.

    Of the core and of each plugin: the one there is, and the one this version needs.
    """
    versions = site.database_versions()
    if plugin is not None and plugin not in versions:
        raise click.ClickException(f"no enabled plugin {plugin} has tables")
    for name, (present, needed) in versions.items():
        if plugin not in (None, name):
            continue
        state = "up to date" if present == needed else f"needs {needed}; run: db upgrade"
        click.echo(f"{name}\t{present or 'none'}\t{state}")
