"""Making a site of a backup: on another machine, under another address."""

from __future__ import annotations

import json
import secrets
import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from sqlalchemy import delete

from cytotheca.core.backup import (
    DATABASES,
    FILES,
    SETTINGS,
    BackupError,
    damages,
    digest,
    file_entries,
    read_manifest,
    run_pg,
)
from cytotheca.core.models.system import SystemInfo
from cytotheca.core.models.user import LoginSession
from cytotheca.core.runtime.site import Site
from cytotheca.core.settings.site import StorageSettings


def require_whole(backup: Path) -> Mapping[str, object]:
    """Return the manifest of a backup that is as it was made. Raises ``BackupError``."""
    wrong = damages(backup)
    if wrong:
        shown = ", ".join(wrong[:5]) + (", …" if len(wrong) > 5 else "")  # noqa: PLR2004
        raise BackupError(f"{len(wrong)} files of {backup} are damaged or missing: {shown}")
    return read_manifest(backup)


def restored_settings(backup: Path, url: str) -> dict[str, str]:
    """Return the settings of the site of a backup, for its new address.

    Queues get a name of their own, so that the two sites never do each other's jobs.
    """
    settings: dict[str, str] = json.loads((backup / SETTINGS).read_text(encoding="utf-8"))
    return {
        **settings,
        "ckan.site_url": url,
        "ckan.site_id": f"site-{secrets.token_hex(4)}",
    }


def restore_content(site: Site, backup: Path) -> int:
    """Put database and files of a backup into a new site; return the number of files.

    Raises ``BackupError`` if a file does not arrive as it was.
    """
    _restore_database(site, backup)
    root = site.settings(StorageSettings).storage_path
    entries = file_entries(read_manifest(backup))
    for entry in entries:
        place = root / entry.path
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(backup / FILES / entry.path, place)
        if digest(place) != entry.sha256:
            raise BackupError(f"{entry.path} did not arrive as it was; is the disk sound?")
    return len(entries)


def forget_old_place(site: Site) -> None:
    """Drop what holds only for the site that was backed up: its address, and logins."""
    with site.database.writing() as session:
        session.execute(delete(SystemInfo).where(SystemInfo.key == "ckan.site_url"))
        session.execute(delete(LoginSession))
        session.commit()


def _restore_database(site: Site, backup: Path) -> None:
    url = site.database.engine.url
    kind = url.get_backend_name()
    copy = backup / DATABASES[kind]
    if not copy.is_file():
        raise BackupError(f"the backup is of another kind of database than {kind}")
    site.database.close()
    if kind == "sqlite":
        with (
            closing(sqlite3.connect(copy)) as source,
            closing(sqlite3.connect(str(url.database))) as made,
        ):
            source.backup(made)
        return
    run_pg(["pg_restore", "--no-owner", "--exit-on-error", str(copy)], url)
