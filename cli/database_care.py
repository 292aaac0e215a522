"""``cytotheca db clean|check|duplicate_emails``: looking after what is in the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cytotheca.cli.access import with_site, with_unchecked_site

if TYPE_CHECKING:
    from cytotheca.core.operations import OperableSite


@click.command("clean", short_help="Remove all tables and empty the index.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_unchecked_site
def clean(site: OperableSite, yes: bool) -> None:
    """Remove all tables with their content, and empty the search index; files stay."""
    from cytotheca.core.care import clean_database

    if not yes:
        click.confirm("Remove everything from the database?", abort=True, err=True)
    clean_database(site)
    click.echo("the database is empty; run: db init")


@click.command("check", short_help="Compare the tables with those of this version.")
@with_unchecked_site
def check(site: OperableSite) -> None:
    """Compare the tables with those that this version needs; exits with 1 if they differ."""
    from cytotheca.core.care import table_differences

    site.check_database()
    found = table_differences(site)
    for difference in found:
        click.echo(difference)
    if found:
        raise click.ClickException("the tables differ from those of this version")
    click.echo("the tables are those of this version")


@click.command("duplicate_emails", short_help="Print addresses that several accounts have.")
@with_site
def duplicate_emails(site: OperableSite) -> None:
    """Print the e-mail addresses that several accounts share, with the accounts."""
    from cytotheca.core.care import duplicate_emails as find_shared

    found = find_shared(site)
    for email, names in found.items():
        click.echo(f"{email}\t{' '.join(names)}")
    if not found:
        click.echo("no address is shared")
