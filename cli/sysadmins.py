"""``cytotheca sysadmin``: accounts that may do everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cytotheca.cli.access import call, with_site
from cytotheca.cli.key_values import parse_key_values
from cytotheca.cli.users import create_user

if TYPE_CHECKING:
    from cytotheca.core.operations import OperableSite


@click.group()
def sysadmin() -> None:
    """Name, list and unname system administrators."""


@sysadmin.command("add")
@click.argument("name")
@click.argument("values", nargs=-1, metavar="[key=value]...")
@click.option("--create", is_flag=True, help="Make the account, if it is unknown, without asking.")
@click.option("--email", help="E-mail address of a new account.")
@click.option("--password", help="Password of a new account; asked for if missing.")
@with_site
def add(
    site: OperableSite,
    name: str,
    values: tuple[str, ...],
    create: bool,
    email: str | None,
    password: str | None,
) -> None:
    """Let the account NAME do everything; offers to make it."""
    if name not in call(site, "user_list", all_fields=False):
        if not create:
            click.confirm(f"There is no user {name}. Make it?", abort=True, err=True)
        given = parse_key_values(values)
        given |= {k: v for k, v in (("email", email), ("password", password)) if v is not None}
        create_user(site, name, given)
    call(site, "user_patch", id=name, sysadmin=True)
    click.echo(f"{name} is a sysadmin now")


@sysadmin.command("list")
@with_site
def list_sysadmins(site: OperableSite) -> None:
    """Print the names of all system administrators."""
    for found in call(site, "user_list", all_fields=True):
        if found.get("sysadmin"):
            click.echo(found["name"])


@sysadmin.command("remove")
@click.argument("name")
@with_site
def remove(site: OperableSite, name: str) -> None:
    """Take the rights of a system administrator from NAME."""
    call(site, "user_patch", id=name, sysadmin=False)
    click.echo(f"{name} is no sysadmin any more")
