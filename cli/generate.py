"""``cytotheca generate``: files to start from."""

from __future__ import annotations

from pathlib import Path

import click

from cytotheca.cli.access import SECRETS
from cytotheca.cli.config_tool import set_options
from cytotheca.cli.fake_data import fake_data
from cytotheca.cli.generate_extension import extension, migration
from cytotheca.cli.site_files import checked_url, new_secrets, site_ini


@click.group()
def generate() -> None:
    """Write files to start from."""


generate.add_command(extension)
generate.add_command(migration)
generate.add_command(fake_data)


@generate.command("config")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("-i", "--include-plugin", "plugins", multiple=True, help="Enable this plugin too.")
@click.option("--url", default="http://127.0.0.1:5000", show_default=True, help="URL of the site.")
def config(file: Path, plugins: tuple[str, ...], url: str) -> None:
    """Write a commented ini file, and secrets.ini.

    The latter stands beside it; nothing is overwritten.
    """
    secrets_file = file.parent / SECRETS
    present = [path for path in (file, secrets_file) if path.exists()]
    if present:
        raise click.ClickException(f"{present[0]} exists already; name another file")
    try:
        text = site_ini(checked_url(url))
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    if plugins:
        enabled = " ".join(["dc_schemas dc_serve dc_view", *plugins])
        text = set_options(text, {"ckan.plugins": enabled})
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    secrets_file.touch(mode=0o600)
    secrets_file.write_text(new_secrets(), encoding="utf-8")
    click.echo(f"wrote {file} and {secrets_file}")
