"""``cytotheca init``: make the folder of a site."""

from __future__ import annotations

import secrets
from pathlib import Path

import click

from cytotheca.cli.access import INI, SiteAccess, call
from cytotheca.cli.site_files import NotASite, checked_url, make_site_files, url_of
from cytotheca.cli.supervision.supervisord_conf import check_site_path

DEFAULT_URL = "http://127.0.0.1:5000"


@click.command()
@click.argument("site", type=click.Path(path_type=Path))
@click.option("--url", help=f"Public URL of the site.  [default: {DEFAULT_URL}]")
@click.option("--admin", metavar="NAME", help="Also make this administrator; shows the password.")
def init(site: Path, url: str | None, admin: str | None) -> None:
    """Make the folder SITE, which holds all of a site.

    That is settings, secrets, database and storage. Run again on the same folder it adds what
    is missing and changes nothing.
    """
    folder = site.resolve()
    try:
        check_site_path(folder)
        chosen = checked_url(url) if url else url_of(folder) or DEFAULT_URL
        written = make_site_files(folder, chosen)
    except (ValueError, NotASite) as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"{folder} cannot be written: {error.strerror}") from error
    access = SiteAccess(site_dir=folder)
    with access.open_unchecked() as opened:
        opened.upgrade_database()
    click.echo(f"{'made' if written else 'checked'} {folder}, a site with the URL {chosen}")
    if written and not url:
        click.echo(f"another URL: cytotheca config-tool {site / INI} ckan.site_url=URL")
    if admin:
        _make_admin(access, admin)
    _tell_next(site, admin)


def _make_admin(access: SiteAccess, name: str) -> None:
    password = secrets.token_urlsafe(12)
    with access.open() as opened:
        if name in call(opened, "user_list", all_fields=False):
            click.echo(f"{name} exists already")
            return
        call(opened, "user_create", name=name, email=f"{name}@localhost.local", password=password)
        call(opened, "user_patch", id=name, sysadmin=True)
    click.echo(f"administrator {name}, password {password} (shown only once)")


def _tell_next(site: Path, admin: str | None) -> None:
    click.echo("next:")
    if not admin:
        click.echo(f"  cytotheca --site {site} sysadmin add NAME --create")
    click.echo(f"  cytotheca --site {site} serve")
