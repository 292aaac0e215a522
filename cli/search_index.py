"""``cytotheca search-index``: the index, which can always be made anew."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from cytotheca.cli.access import with_site

if TYPE_CHECKING:
    from cytotheca.core.operations import OperableSite


@click.group("search-index")
def search_index() -> None:
    """Rebuild, check and clear the search index."""


@search_index.command("rebuild")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing.")
@with_site
def rebuild(site: OperableSite, quiet: bool) -> None:
    """Make the index anew; the old one serves until the new one is complete."""
    shown = sys.stderr.isatty() and not quiet
    with click.progressbar(
        length=site.count_datasets(),
        label="datasets",
        show_pos=True,
        file=sys.stderr,
        hidden=not shown,
    ) as bar:
        count = site.rebuild_search_index(lambda done: bar.update(done - bar.pos))
        bar.update(count - bar.pos)
    if not quiet:
        click.echo(f"indexed {count} datasets")


@search_index.command("check")
@with_site
def check(site: OperableSite) -> None:
    """Compare index and database; exits with 1 if they differ."""
    missing, orphans = site.compare_search_index()
    for found in sorted(missing):
        click.echo(f"not indexed: {found}")
    for found in sorted(orphans):
        click.echo(f"indexed, but not in the database: {found}")
    if missing or orphans:
        raise click.ClickException("the index differs; run: search-index rebuild")
    click.echo(f"index and database agree on {site.count_datasets()} datasets")


@search_index.command("clear")
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_site
def clear(site: OperableSite, yes: bool) -> None:
    """Empty the index: searches find nothing until it is rebuilt."""
    if not yes:
        click.confirm("Empty the search index?", abort=True, err=True)
    site.search.clear()
    click.echo("the index is empty")
