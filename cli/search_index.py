"""``cytotheca search-index``: the index, which can always be made anew."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from cytotheca.cli.access import call, with_site
from cytotheca.cli.search_index_parts import (
    clear_orphans,
    index_some,
    list_orphans,
    list_unindexed,
    show,
)

if TYPE_CHECKING:
    from cytotheca.core.operations import OperableSite


@click.group("search-index")
def search_index() -> None:
    """Rebuild, check and clear the search index."""


for _command in (show, list_orphans, clear_orphans, list_unindexed):
    search_index.add_command(_command)


@search_index.command("rebuild")
@click.argument("package", required=False)
@click.option("-o", "--only-missing", is_flag=True, help="Only what is not in the index.")
@click.option("--keep-orphans", is_flag=True, help="Leave in the index what it has too many.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing.")
@click.option("-i", "--force", is_flag=True, help="Taken for CKAN's sake: one fault stops nothing.")
@click.option("-e", "--commit-each", is_flag=True, help="Taken for CKAN's sake.")
@with_site
def rebuild(
    site: OperableSite,
    package: str | None,
    only_missing: bool,
    keep_orphans: bool,
    quiet: bool,
    force: bool,
    commit_each: bool,
) -> None:
    """Make the index anew.

    The old one serves until the new one is complete.
    """
    del force, commit_each
    if package is not None:
        index_some(site, [call(site, "package_show", id=package)["id"]], quiet=quiet)
    elif only_missing or keep_orphans:
        missing, _ = site.compare_search_index()
        wanted = missing if only_missing else site.ids_to_index()
        index_some(site, sorted(wanted), quiet=quiet)
    else:
        _rebuild(site, quiet=quiet)


@search_index.command("rebuild-fast")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing.")
@with_site
def rebuild_fast(site: OperableSite, quiet: bool) -> None:
    """Do the same as rebuild, under CKAN's other name."""
    _rebuild(site, quiet=quiet)


def _rebuild(site: OperableSite, *, quiet: bool) -> None:
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


@search_index.command("clear", short_help="Empty the index, until it is rebuilt.")
@click.argument("package", required=False)
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_site
def clear(site: OperableSite, package: str | None, yes: bool) -> None:
    """Empty the index: searches find nothing until it is rebuilt."""
    if package is not None:
        found = call(site, "package_show", id=package)
        site.search.remove([found["id"]])
        click.echo(f"took {found['name']} out of the index")
        return
    if not yes:
        click.confirm("Empty the search index?", abort=True, err=True)
    site.search.clear()
    click.echo("the index is empty")
