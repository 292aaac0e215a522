"""``cytotheca backup`` and ``restore``: a site's data kept elsewhere, and made a site again."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from cytotheca.cli.access import SECRETS, SiteAccess, pass_access
from cytotheca.cli.config_tool import set_options
from cytotheca.cli.site_files import NotASite, checked_url, make_site_files

FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command("backup")
@click.argument("folder", type=FOLDER)
@click.option("--keep", type=click.IntRange(1), help="Keep so many backups; remove older ones.")
@pass_access
def backup(access: SiteAccess, folder: Path, keep: int | None) -> None:
    """Write a backup below FOLDER while the site runs.

    It holds the database, all files with their digests, and the settings without secrets.
    Files that the last backup in FOLDER has are linked, not copied again.
    """
    from cytotheca.core.backup import BackupError, file_entries, make_backup, read_manifest

    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with access.open() as site:
        try:
            made = make_backup(site, folder, access.config_as_written())
        except BackupError as error:
            raise click.ClickException(str(error)) from error
    count = len(file_entries(read_manifest(made)))
    click.echo(f"wrote {made} with {count} files; keep {SECRETS} elsewhere")
    if keep is not None:
        for old in sorted(folder.glob("[0-9]*/manifest.json"), reverse=True)[keep:]:
            shutil.rmtree(old.parent)
            click.echo(f"removed {old.parent}")


@click.command("restore", short_help="Make a new site of a backup.")
@click.argument("backup", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.argument("site", type=FOLDER)
@click.option("--url", required=True, help="Public URL of the site that is made.")
@click.option("--database", metavar="URL", help="PostgreSQL database that is empty.")
@click.option(
    "--secrets",
    "secrets_file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="The old site's secrets.ini: its tokens stay valid.",
)
def restore(
    backup: Path, site: Path, url: str, database: str | None, secrets_file: Path | None
) -> None:
    """Make the folder SITE, which must be new, of a BACKUP; check every file.

    Without the old secrets, people keep their passwords and need new tokens.
    """
    from cytotheca.core.backup import BackupError

    folder = site.resolve()
    if (folder / "cytotheca.ini").exists():
        raise click.ClickException(f"{folder} is a site already; name a folder that is new")
    try:
        count = _restore(backup, folder, checked_url(url), database, secrets_file)
    except (BackupError, NotASite, ValueError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"made {folder} with {count} files, all as they were")
    click.echo(f"start it with: cytotheca --site {folder} serve")


def _restore(
    backup: Path, folder: Path, url: str, database: str | None, secrets_file: Path | None
) -> int:
    from cytotheca.core.restore import (
        forget_old_place,
        require_whole,
        restore_content,
        restored_settings,
    )

    require_whole(backup)
    make_site_files(folder, url)
    ini = folder / "cytotheca.ini"
    settings = restored_settings(backup, url)
    if database:
        settings["sqlalchemy.url"] = database
    ini.write_text(set_options(ini.read_text(encoding="utf-8"), settings), encoding="utf-8")
    if secrets_file is not None:
        (folder / SECRETS).write_bytes(secrets_file.read_bytes())
    with SiteAccess(site_dir=folder).open_unchecked() as opened:
        count = restore_content(opened, backup)
        opened.upgrade_database()
        forget_old_place(opened)
        opened.rebuild_search_index()
    return count
