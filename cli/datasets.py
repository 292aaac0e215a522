"""``cytotheca dataset``: look at datasets, and remove them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from cytotheca.cli.access import call, with_site
from cytotheca.cli.printing import print_json

if TYPE_CHECKING:
    from cytotheca.core.operations import OperableSite

PAGE = 1000
REASON = "Why; shown to those who follow a link to it, if it was public."


@click.group()
def dataset() -> None:
    """List, show, check, delete and purge datasets."""


@dataset.command("list")
@with_site
def list_datasets(site: OperableSite) -> None:
    """Print id, name and state of each dataset, separated by tabs."""
    everything = {"rows": PAGE, "include_private": True, "include_drafts": True}
    cursor = "*"
    while cursor:
        found = call(site, "package_search", cursor=cursor, **everything)
        for package in found["results"]:
            click.echo(f"{package['id']}\t{package['name']}\t{package['state']}")
        cursor = found["next_cursor"]


@dataset.command("show")
@click.argument("ref")
@with_site
def show(site: OperableSite, ref: str) -> None:
    """Print the dataset REF (name or id) as JSON."""
    print_json(call(site, "package_show", id=ref))


@dataset.command("check", short_help="Verify the files of each published version.")
@click.argument("ref")
@with_site
def check(site: OperableSite, ref: str) -> None:
    """Read each file of each published version of REF, and compare sizes and digests."""
    from cytotheca.core.publication.checking import check_files  # loads the store

    files = call(site, "dataset_version_files", id=ref)
    faults = 0
    for finding in check_files(site.store, files):
        if finding.fault:
            faults += 1
            click.echo(f"{finding.versions}\t{finding.name}\t{finding.fault}", err=True)
    click.echo(f"checked {len({one['object_key'] for one in files})} files, {faults} faults")
    if faults:
        sys.exit(1)


@dataset.command("delete")
@click.argument("ref")
@click.option("--reason", default="", help=REASON)
@with_site
def delete(site: OperableSite, ref: str, reason: str) -> None:
    """Mark the dataset REF (name or id) as deleted; its files stay."""
    call(site, "package_delete", id=ref, reason=reason)
    click.echo(f"deleted {ref}")


@dataset.command("purge")
@click.argument("ref")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--reason", default="", help=REASON)
@with_site
def purge(site: OperableSite, ref: str, yes: bool, reason: str) -> None:
    """Remove the dataset REF (name or id) and its files for good."""
    package = call(site, "package_show", id=ref)
    if not yes:
        files = len(package.get("resources", ()))
        click.confirm(f"Purge {package['name']} with {files} files?", abort=True, err=True)
    call(site, "dataset_purge", id=package["id"], reason=reason)
    click.echo(f"purged {package['id']}")
