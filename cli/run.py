"""``cytotheca run``: the development server."""

from __future__ import annotations

import click

from cytotheca.cli.access import SiteAccess, pass_access
from cytotheca.cli.numbers import PORT


@click.command()
@click.option("-H", "--host", default="localhost", show_default=True)
@click.option("-p", "--port", type=PORT, default=5000, show_default=True)
@click.option("-r", "--reload", is_flag=True, help="Begin anew when a file of the code changes.")
@click.option(
    "--ssl-cert", type=click.Path(exists=True, dir_okay=False), help="Certificate for https."
)
@click.option("--ssl-key", type=click.Path(exists=True, dir_okay=False), help="Its key.")
@pass_access
def run(
    access: SiteAccess,
    host: str,
    port: int,
    reload: bool,
    ssl_cert: str | None,
    ssl_key: str | None,
) -> None:
    """Serve pages and API alone, for development.

    One process does it. Queue, workers and relay do not run; "serve" runs all of it.
    """
    if bool(ssl_cert) != bool(ssl_key):
        raise click.UsageError("--ssl-cert and --ssl-key belong together")
    tls = (ssl_cert, ssl_key) if ssl_cert and ssl_key else None
    from werkzeug.serving import run_simple  # development only

    from cytotheca.core.app import create_app

    with access.open() as site:
        app = create_app(site)
        run_simple(host, port, app, threaded=True, use_reloader=reload, ssl_context=tls)
