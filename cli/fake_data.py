"""``cytotheca generate fake-data``: things to try a site with."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from cytotheca.cli.access import call, with_site

if TYPE_CHECKING:
    from cytotheca.core.operations import OperableSite

TITLES = ("Calibration beads", "HL60 cells", "Whole blood", "Leukocytes", "Agarose beads")
AUTHORS = ("Ada Lovelace", "Otto Warburg", "Rosalind Franklin", "Santiago Ramón y Cajal")


def _dataset(site: OperableSite, name: str) -> None:
    circles = call(site, "organization_list") or [_organization(site, f"circle-{name}")]
    call(
        site,
        "package_create",
        name=name,
        title=f"{secrets.choice(TITLES)} ({name})",
        notes="Made by `generate fake-data`.",
        authors=secrets.choice(AUTHORS),
        author=secrets.choice(AUTHORS),
        license_id="CC0-1.0",
        owner_org=secrets.choice(circles),
        tags=[{"name": "fake"}],
    )


def _organization(site: OperableSite, name: str) -> str:
    call(site, "organization_create", name=name, title=f"Circle {name}")
    return name


def _group(site: OperableSite, name: str) -> None:
    call(site, "group_create", name=name, title=f"Collection {name}")


def _user(site: OperableSite, name: str) -> None:
    person = secrets.choice(AUTHORS)
    password = secrets.token_urlsafe(12)
    email = f"{name}@fake.example"
    call(site, "user_create", name=name, email=email, password=password, fullname=person)


MAKERS: dict[str, Callable[[OperableSite, str], object]] = {
    "dataset": _dataset,
    "organization": _organization,
    "group": _group,
    "user": _user,
}


@click.command("fake-data", short_help="Make some things of a CATEGORY.")
@click.argument("category", type=click.Choice(sorted(MAKERS)))
@click.option("-n", "--number", type=click.IntRange(1, 10_000), default=1, show_default=True)
@with_site
def fake_data(site: OperableSite, category: str, number: int) -> None:
    """Make some things of a CATEGORY, with names that begin with "fake-", and print the names."""
    for _ in range(number):
        name = f"fake-{secrets.token_hex(4)}"
        MAKERS[category](site, name)
        click.echo(name)
