"""``cytotheca demo``: a working site with data in it, in one command."""

from __future__ import annotations

import click

from cytotheca.cli.access import SiteAccess, pass_access
from cytotheca.cli.numbers import PORT


@click.command()
@click.option("--port", type=PORT, help="Port.  [default: a free one from 5000]")
@click.option("--once", is_flag=True, help="Check that the printed lines work, then stop.")
@pass_access
def demo(access: SiteAccess, port: int | None, once: bool) -> None:
    """Run a site with three generated measurements.

    It is made, started and filled, and then you are told how to use it.
    """
    from cytotheca.cli.demo.showing import show_demo  # dclab takes a second; --help stays quick

    show_demo(access, port, once=once)
