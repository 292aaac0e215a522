"""``cytotheca search-index``: single datasets, and what the index has too many or too few."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from cytotheca.cli.access import call, with_site
from cytotheca.cli.printing import print_json

if TYPE_CHECKING:
    from cytotheca.core.operations import OperableSite


@click.command("show", short_help="Print what the index holds of a dataset.")
@click.argument("name")
@with_site
def show(site: OperableSite, name: str) -> None:
    """Print as JSON what the index holds of the dataset NAME (name or id)."""
    from cytotheca.core.care import indexed_dataset

    found = indexed_dataset(site, call(site, "package_show", id=name)["id"])
    if found is None:
        raise click.ClickException(f"{name} is not in the index; run: search-index rebuild {name}")
    print_json(found)


@click.command("list-orphans", short_help="Print ids that only the index has.")
@with_site
def list_orphans(site: OperableSite) -> None:
    """Print the ids of datasets that are in the index and not in the database."""
    _print(site.compare_search_index()[1])


@click.command("clear-orphans")
@with_site
def clear_orphans(site: OperableSite) -> None:
    """Take out of the index what is not in the database."""
    orphans = sorted(site.compare_search_index()[1])
    site.search.remove(orphans)
    click.echo(f"took {len(orphans)} out of the index")


@click.command("list-unindexed", short_help="Print ids that only the database has.")
@with_site
def list_unindexed(site: OperableSite) -> None:
    """Print the ids of datasets that are in the database and not in the index."""
    _print(site.compare_search_index()[0])


def index_some(site: OperableSite, ids: Sequence[str], *, quiet: bool) -> None:
    """Index some datasets where they are, without building the index anew."""
    from cytotheca.core.actions.index_drift import index_datasets

    count = index_datasets(site, ids)
    if not quiet:
        click.echo(f"indexed {count} datasets")


def _print(ids: set[str]) -> None:
    for one in sorted(ids):
        click.echo(one)
