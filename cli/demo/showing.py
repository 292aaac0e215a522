"""Makes the site of ``cytotheca demo``, fills it, and tells how to use it."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import click
from rich.console import Console

from cytotheca.cli.access import INI, SiteAccess
from cytotheca.cli.demo.api import Api, ApiError
from cytotheca.cli.demo.deposit import Deposit, find_deposit, make_deposit
from cytotheca.cli.demo.logins import Login, prepare_logins
from cytotheca.cli.demo.server import NotStarted, free_port, running_site
from cytotheca.cli.demo.snippet import run_snippet, snippet_for
from cytotheca.cli.site_files import NotASite, make_site_files
from cytotheca.core.settings.config import read_ini


def show_demo(access: SiteAccess, port: int | None, *, once: bool) -> None:
    """Make and serve a site with data in it until Ctrl-C; with ``once``, try it and stop."""
    folder = (access.site_dir or Path("demo-site")).resolve()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    console = Console()
    try:
        url = _prepare(folder, port)
        console.print(f"starting a site in {folder}", soft_wrap=True)
        with running_site(folder, urlsplit(url).port or 80) as process:
            logins, deposit = _fill(folder, url, console)
            text = snippet_for(url, deposit.resource_ids[0])
            _tell(url, logins, deposit, text)
            if once:
                click.echo(run_snippet(text).rstrip())
                click.echo("all lines of the snippet worked")
            else:
                click.echo("The site stays up until Ctrl-C.")
                process.wait()
    except KeyboardInterrupt:
        click.echo("stopping")
    except (NotASite, NotStarted, ApiError, RuntimeError) as error:
        raise click.ClickException(str(error)) from error
    click.echo("stopped")


def _prepare(folder: Path, port: int | None) -> str:
    """Make or check the site's folder and return its URL."""
    ini = folder / INI
    url = read_ini(ini)["ckan.site_url"] if ini.is_file() else ""
    if not url or (port and urlsplit(url).port != port):
        url = f"http://127.0.0.1:{port or free_port()}"
    make_site_files(folder, url)
    with SiteAccess(site_dir=folder).open_unchecked() as site:
        site.upgrade_database()
    return url


def _fill(folder: Path, url: str, console: Console) -> tuple[Sequence[Login], Deposit]:
    """Make people and data, unless an earlier run did."""
    with SiteAccess(site_dir=folder).open() as site:
        logins = prepare_logins(site, folder)
    api = Api(url, logins[0].token)
    deposit = find_deposit(api)
    if deposit is None:
        measurements = folder / "run" / "demo-measurements"
        try:
            deposit = make_deposit(api, measurements, console)
        finally:
            shutil.rmtree(measurements, ignore_errors=True)
    return logins, deposit


def _tell(url: str, logins: Sequence[Login], deposit: Deposit, text: str) -> None:
    click.echo(f"\nSite      {url}")
    click.echo(f"Dataset   {url}/dataset/{deposit.name}")
    for login in logins:
        click.echo(f"Login     {login.name}, password {login.password} ({login.role})")
    click.echo(f"API token of {logins[0].name}, e.g. for DCOR-Aid:\n{logins[0].token}")
    click.echo(f"\nOpen the first measurement in Python, without a download:\n\n{text}")
