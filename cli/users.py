"""``cytotheca user``: accounts and their API tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cytotheca.cli.access import call, with_site
from cytotheca.cli.key_values import parse_key_values
from cytotheca.cli.printing import print_fields
from cytotheca.cli.tokens import token

if TYPE_CHECKING:
    from cytotheca.core.operations import OperableSite


@click.group()
def user() -> None:
    """Add, list, show and remove accounts; their tokens."""


user.add_command(token)


@user.command("drop-second-factor", short_help="Let NAME log in by password alone.")
@click.argument("name")
@with_site
def drop_second_factor(site: OperableSite, name: str) -> None:
    """Let NAME log in by password alone again, when app and recovery codes are lost."""
    call(site, "user_second_factor_remove", user_id=name)
    click.echo(f"{name} logs in by password alone")


@user.command("add")
@click.argument("name")
@click.argument("values", nargs=-1, metavar="[key=value]...")
@click.option("--email", help="E-mail address; asked for if missing.")
@click.option("--password", help="Password; asked for if missing.")
@click.option("--fullname", help="Name as shown.")
@with_site
def add(
    site: OperableSite,
    name: str,
    values: tuple[str, ...],
    email: str | None,
    password: str | None,
    fullname: str | None,
) -> None:
    """Make the account NAME."""
    options = {"email": email, "password": password, "fullname": fullname}
    create_user(site, name, {**parse_key_values(values), **_given(options)})
    click.echo(f"created user {name}")


def create_user(site: OperableSite, name: str, values: dict[str, Any]) -> None:
    """Make an account, asking for what is missing."""
    if name in call(site, "user_list", all_fields=False):  # told before passwords are typed
        raise click.ClickException(f'there is a user "{name}" already')
    email = values.pop("email", None) or _ask_email()
    password = values.pop("password", None) or ask_password()
    call(site, "user_create", **{"name": name, "email": email, "password": password, **values})


def _ask_email() -> str:
    _require_someone("an e-mail address", "email=…")
    text: str = click.prompt("E-mail address", err=True)
    return text


def ask_password() -> str:
    """Ask twice for a password, without showing it; one that is too short is asked for again."""
    _require_someone("a password", "password=…")
    text: str = click.prompt(
        "Password", hide_input=True, confirmation_prompt=True, err=True, value_proc=_long_enough
    )
    return text


def _long_enough(text: str) -> str:
    from cytotheca.core.auth.passwords import MIN_LENGTH  # heavy; --help stays quick

    if len(text) < MIN_LENGTH:
        raise click.BadParameter(f"it needs {MIN_LENGTH} characters or more; please type another")
    return text


def _require_someone(wanted: str, option: str) -> None:
    """Refuse to ask where nobody can answer: the prompt would fail with a traceback."""
    if not click.get_text_stream("stdin").isatty():
        raise click.ClickException(
            f"there is no terminal to ask for {wanted}; give it on the command line: {option}"
        )


@user.command("list")
@with_site
def list_users(site: OperableSite) -> None:
    """Print each account: name, e-mail and full name.

    They are separated by tabs; "sysadmin" follows where it is one.
    """
    for found in call(site, "user_list", all_fields=True):
        sysadmin = "sysadmin" if found.get("sysadmin") else ""
        fields = (found["name"], found.get("email"), found.get("fullname"), sysadmin)
        click.echo("\t".join(str(field or "") for field in fields).rstrip("\t"))


@user.command("show")
@click.argument("name")
@with_site
def show(site: OperableSite, name: str) -> None:
    """Print what is known of the account NAME."""
    print_fields(call(site, "user_show", id=name))


@user.command("remove")
@click.argument("name")
@with_site
def remove(site: OperableSite, name: str) -> None:
    """Delete the account NAME; its data stays."""
    call(site, "user_delete", id=name)
    click.echo(f"removed user {name}")


@user.command("setpass")
@click.argument("name")
@click.option("-p", "--password", help="Password; asked for if missing.")
@with_site
def setpass(site: OperableSite, name: str, password: str | None) -> None:
    """Give the account NAME a new password."""
    call(site, "user_show", id=name)  # an unknown name is told before a password is typed
    call(site, "user_patch", id=name, password=password or ask_password())
    click.echo(f"set the password of {name}")


def _given(options: dict[str, str | None]) -> dict[str, str]:
    return {key: value for key, value in options.items() if value is not None}
