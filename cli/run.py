"""``cytotheca run``: the development server."""

from __future__ import annotations

import click

from cytotheca.cli.access import SiteAccess, pass_access


@click.command()
@click.option("-H", "--host", default="localhost", show_default=True)
@click.option("-p", "--port", type=click.IntRange(1, 65535), default=5000, show_default=True)
@pass_access
def run(access: SiteAccess, host: str, port: int) -> None:
    """Serve pages and API alone, from one process; for development.

    Queue, workers and relay do not run; "serve" runs all of it.
    """
    from werkzeug.serving import run_simple  # development only

    from cytotheca.core.app import create_app

    with access.open() as site:
        run_simple(host, port, create_app(site), threaded=True)
