"""``cytotheca views``: the ways in which pages show files, for many datasets at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from cytotheca.cli.access import call, with_site

if TYPE_CHECKING:
    from cytotheca.core.operations import OperableSite

PAGE = 200


@click.group()
def views() -> None:
    """Make and remove views of resources."""


@views.command("create")
@click.argument("types", nargs=-1)
@click.option("-d", "--dataset", "datasets", multiple=True, help="Only this dataset; repeatable.")
@click.option("-s", "--search", "words", default="*:*", help="Only what this search finds.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@with_site
def create(
    site: OperableSite, types: tuple[str, ...], datasets: tuple[str, ...], words: str, yes: bool
) -> None:
    """Make the views of TYPES where they fit.

    Without TYPES, those that new resources get. Views that are there already stay.
    """
    _require_known(site, types)
    if not (yes or datasets):
        click.confirm("Make views of all datasets that are found?", abort=True, err=True)
    made = 0
    for dataset in _chosen(site, datasets, words):
        given = {"package": dataset} | ({"view_types": list(types)} if types else {})
        made += len(call(site, "package_create_default_resource_views", **given))
    click.echo(f"made {made} views")


@views.command("clear")
@click.argument("types", nargs=-1)
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@with_site
def clear(site: OperableSite, types: tuple[str, ...], yes: bool) -> None:
    """Remove the views of TYPES, or all."""
    if not yes:
        click.confirm(f"Remove {', '.join(types) or 'all'} views?", abort=True, err=True)
    call(site, "resource_view_clear", view_types=list(types))
    click.echo(f"removed the views: {', '.join(types) or 'all'}")


@views.command("clean")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@with_site
def clean(site: OperableSite, yes: bool) -> None:
    """Remove the views of types that no enabled plugin has."""
    from cytotheca.core.care import unknown_view_types

    unknown = unknown_view_types(site)
    if not unknown:
        click.echo("all views are of known types")
        return
    if not yes:
        click.confirm(f"Remove views of {', '.join(unknown)}?", abort=True, err=True)
    call(site, "resource_view_clear", view_types=unknown)
    click.echo(f"removed the views: {', '.join(unknown)}")


def _require_known(site: OperableSite, types: tuple[str, ...]) -> None:
    for name in types:
        if name not in site.views:
            raise click.UsageError(
                f"there is no view {name}; known: {', '.join(sorted(site.views))}"
            )


def _chosen(site: OperableSite, datasets: tuple[str, ...], words: str) -> Iterator[dict[str, Any]]:
    if datasets:
        yield from (call(site, "package_show", id=ref) for ref in datasets)
        return
    start = 0
    while True:
        found = call(
            site,
            "package_search",
            q=words,
            sort="id asc",
            rows=PAGE,
            start=start,
            include_private=True,
            include_drafts=True,
        )["results"]
        yield from found
        start += len(found)
        if not found:
            return
