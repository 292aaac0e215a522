"""``cytotheca user token``: API tokens."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from cytotheca.cli.access import call, with_site
from cytotheca.cli.key_values import parse_key_values

if TYPE_CHECKING:
    from cytotheca.core.operations import OperableSite


@click.group()
def token() -> None:
    """Make, list and revoke API tokens."""


@token.command("add")
@click.argument("user")
@click.argument("name", metavar="TOKENNAME")
@click.argument("values", nargs=-1, metavar="[key=value]...")
@click.option("--json", "json_text", help="Further parameters as a JSON object.")
@click.option("-q", "--quiet", is_flag=True, help="Print the token and nothing else.")
@with_site
def add(
    site: OperableSite,
    user: str,
    name: str,
    values: tuple[str, ...],
    json_text: str | None,
    quiet: bool,
) -> None:
    """Make a token of USER; it is shown only now."""
    further = {**parse_json_object(json_text), **parse_key_values(values)}
    made = call(site, "api_token_create", **{**further, "user": user, "name": name})
    if quiet:
        click.echo(made["token"])
        return
    click.echo("API token created:")
    click.echo(f"\t{made['token']}")


@token.command("list")
@click.argument("user")
@with_site
def list_tokens(site: OperableSite, user: str) -> None:
    """Print USER's tokens: id, name and time of creation.

    They are separated by tabs.
    """
    for found in call(site, "api_token_list", user_id=user):
        fields = (found["id"], found["name"], found.get("created_at"))
        click.echo("\t".join(str(field or "") for field in fields))


@token.command("revoke", context_settings={"ignore_unknown_options": True})  # "-Ab3" is an ID
@click.argument("token_id", metavar="ID")
@with_site
def revoke(site: OperableSite, token_id: str) -> None:
    """Make the token with this ID (see ``list``) useless."""
    call(site, "api_token_revoke", jti=token_id)
    click.echo(f"revoked {token_id}")


def parse_json_object(text: str | None) -> dict[str, object]:
    """Return the JSON object in a text; nothing if there is no text."""
    if not text:
        return {}
    try:
        value = json.loads(text)
    except ValueError as error:
        raise click.UsageError(f"--json is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise click.UsageError("--json must be an object: {...}")
    return value
