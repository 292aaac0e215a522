"""``cytotheca audit``: who changed whose rights, and who logged in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cytotheca.cli.access import with_site
from cytotheca.cli.printing import print_json

if TYPE_CHECKING:
    from cytotheca.core.operations import OperableSite


@click.group()
def audit() -> None:
    """Read the audit log; nobody can change it."""


@audit.command("list", short_help="Print entries, latest first.")
@click.option("--action", help="Only this kind of event, such as login_failed.")
@click.option("--actor", help="Only what this person did (name or id).")
@click.option("--object", "object_id", help="Only what was done to the object of this id.")
@click.option("-l", "--limit", type=click.IntRange(1, 1000), default=100, show_default=True)
@click.option("--before", type=click.IntRange(min=1), help="Only entries older than this number.")
@click.option("--json", "as_json", is_flag=True, help="Print what the action returns.")
@with_site
def list_entries(site: OperableSite, as_json: bool, **wanted: Any) -> None:
    """Print entries, latest first: number, time, person, event, object, network, details."""
    given = {key: value for key, value in wanted.items() if value is not None}
    found = site.call("audit_list", given, ignore_auth=True)
    if as_json:
        print_json(found)
        return
    for entry in found["entries"]:
        details = " ".join(f"{key}={value}" for key, value in entry["detail"].items())
        about = f"{entry['object_type']}:{entry['object_id']}".strip(":")
        fields = (entry["id"], entry["time"], entry["actor"], entry["action"], about)
        click.echo("\t".join(map(str, (*fields, entry["address"], details))))
