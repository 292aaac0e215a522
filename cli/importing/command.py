"""``cytotheca import``: move in from another repository."""

from __future__ import annotations

import fcntl
import logging
import re
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import click

from cytotheca.cli.access import SiteAccess, pass_access


@click.group("import")
def import_() -> None:
    """Take over what another repository holds."""


@import_.command("ckan", short_help="Copy the CKAN or DCOR site at URL.")
@click.argument("url")
@click.option(
    "--token",
    envvar="CYTOTHECA_IMPORT_TOKEN",
    help="Token there; also read from CYTOTHECA_IMPORT_TOKEN. Without it: what is public.",
)
@click.option("--only", metavar="DATASET", multiple=True, help="Take this dataset; repeatable.")
@click.option("--dry-run", is_flag=True, help="Change nothing; tell what would be taken.")
@pass_access
def import_ckan(
    access: SiteAccess, url: str, token: str | None, only: tuple[str, ...], dry_run: bool
) -> None:
    """Copy the CKAN or DCOR site at URL: people, circles, collections, datasets, files.

    Ids, dates and creators are kept; passwords stay there. What is here already is
    left as it is, so the command may be run again until nothing is missing; files
    that broke off are continued. Ends with 1 if anything could not be taken.
    """
    from cytotheca.cli.importing.moving import move_in
    from cytotheca.cli.importing.source import CkanSource

    if not re.match(r"https?://[^/]", url):
        raise click.UsageError(f"{url} is not the address of a site: https://…")
    _log_errors_only()
    folder = access.folder() / "import"
    with (
        access.open() as site,
        _alone(folder),
        closing(CkanSource(url, token)) as source,
    ):
        complete = move_in(source, site, folder, only=only, dry_run=dry_run)
    click.get_current_context().exit(0 if complete else 1)


def _log_errors_only() -> None:
    """Keep the report readable: that jobs wait until the site runs is no news here."""
    import structlog

    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep a second import of the same site away."""
    folder.mkdir(mode=0o700, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise click.ClickException("another import into this site is running") from None
        yield
