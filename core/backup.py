"""A backup of a running site: database, files, settings, and what they are in a manifest.

The database is copied first, by its own online method; files that it names and
that were purged before they were copied are told. Objects never change, so a
file that an earlier backup beside this one has is linked, not copied again.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import sqlalchemy as sa

from cytotheca.core.migrate import versions
from cytotheca.core.runtime.site import Site
from cytotheca.core.settings.catalog import redacted
from cytotheca.core.settings.site import SiteSettings, StorageSettings
from cytotheca.core.storage.durable import flush_folder

MANIFEST = "manifest.json"
FILES = "files"
SETTINGS = "settings.json"
DATABASES = {"sqlite": "database.sqlite", "postgresql": "database.dump"}
NOT_KEPT = frozenset({"incoming", "uploads", "work"})
OF_THE_PLACE = frozenset(
    {"cytotheca.site_dir", "SECRET_KEY", "sqlalchemy.url", "ckan.storage_path", "ckan.redis.url"}
)
BLOCK_BYTES = 4 * 1024 * 1024


class BackupError(RuntimeError):
    """A backup cannot be made or used; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileEntry:
    """A file of a backup: path below its folder of files, size, digest, time of change."""

    path: str
    size: int
    sha256: str
    mtime_ns: int


def make_backup(site: Site, folder: Path, settings: Mapping[str, str]) -> Path:
    """Write a backup of a site into a folder of backups; return the new folder in it.

    ``settings`` are those of the site's files. The folder has its name only when it is complete.
    """
    now = datetime.now(UTC)
    target = folder / f"{now:%Y-%m-%dT%H%M%SZ}"
    if target.exists():
        raise BackupError(f"{target} is there already; try again in a second")
    earlier = latest_backup(folder)
    aside = folder / f".{target.name}.partial"
    (aside / FILES).mkdir(mode=0o700, parents=True)
    database = _copy_database(site, aside)
    entries, missing = _copy_files(site, aside / FILES, earlier)
    _write(aside / SETTINGS, _portable(settings))
    manifest = {
        "made": now.isoformat(),
        "cytotheca": version("cytotheca"),
        "site_url": site.settings(SiteSettings).site_url,
        "tables": {name: have for name, (have, _) in versions(site).items()},
        "database": {"name": database.name, "sha256": digest(database)},
        "files": [asdict(entry) for entry in entries],
        "purged_meanwhile": missing,
    }
    _write(aside / MANIFEST, manifest)
    flush_folder(aside)
    aside.rename(target)
    flush_folder(folder)
    return target


def latest_backup(folder: Path) -> Path | None:
    """Return the newest complete backup of a folder of backups, or None."""
    complete = [path.parent for path in folder.glob(f"[0-9]*/{MANIFEST}")]
    return max(complete, default=None, key=lambda path: path.name)


def read_manifest(backup: Path) -> Mapping[str, object]:
    """Return the manifest of a backup. Raises ``BackupError``."""
    try:
        found: Mapping[str, object] = json.loads((backup / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BackupError(f"{backup} is no complete backup: {error}") from error
    return found


def file_entries(manifest: Mapping[str, object]) -> list[FileEntry]:
    """Return the files that a manifest lists."""
    listed = manifest.get("files")
    return [FileEntry(**entry) for entry in listed] if isinstance(listed, list) else []


def damages(backup: Path) -> list[str]:
    """Return what of a backup is missing or differs from its manifest; reads all of it."""
    manifest = read_manifest(backup)
    database = manifest.get("database")
    wrong = []
    if (
        isinstance(database, dict)
        and _digest_or_none(backup / database["name"]) != database["sha256"]
    ):
        wrong.append(str(database["name"]))
    wrong += [
        entry.path
        for entry in file_entries(manifest)
        if _digest_or_none(backup / FILES / entry.path) != entry.sha256
    ]
    return wrong


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _digest_or_none(path: Path) -> str | None:
    return digest(path) if path.is_file() else None


def _copy_database(site: Site, target: Path) -> Path:
    url = site.database.engine.url
    kind = url.get_backend_name()
    copy = target / DATABASES[kind]
    if kind == "sqlite":
        with (
            closing(sqlite3.connect(str(url.database))) as source,
            closing(sqlite3.connect(copy)) as made,
        ):
            source.backup(made)
            made.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it
        return copy
    run_pg(["pg_dump", "--format=custom", "--no-owner", f"--file={copy}"], url)
    return copy


def run_pg(command: list[str], url: sa.URL) -> None:
    """Run a program of PostgreSQL; the password goes by its environment, which nobody sees."""
    plain = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    env = {"PATH": os.defpath, "PGPASSWORD": str(url.password or "")}
    program = shutil.which(command[0])
    if program is None:
        raise BackupError(f"{command[0]} is not installed; it comes with PostgreSQL")
    words = [program, *command[1:], f"--dbname={plain}"]
    try:
        subprocess.run(words, check=True, env=env, capture_output=True)  # noqa: S603 - ours
    except subprocess.CalledProcessError as error:
        text = error.stderr.decode(errors="replace").strip()
        raise BackupError(f"{command[0]} failed: {text}") from error


def _copy_files(
    site: Site, target: Path, earlier: Path | None
) -> tuple[list[FileEntry], list[str]]:
    root = site.settings(StorageSettings).storage_path
    known = {}
    if earlier is not None:
        known = {entry.path: entry for entry in file_entries(read_manifest(earlier))}
    entries: list[FileEntry] = []
    missing: list[str] = []
    for path in _iter_files(root):
        name = path.relative_to(root).as_posix()
        try:
            entry = _link_or_copy(path, name, target, earlier, known.get(name))
        except FileNotFoundError:
            missing.append(name)
            continue
        entries.append(entry)
    return entries, missing


def _iter_files(root: Path) -> Iterator[Path]:
    for top in sorted(root.iterdir()):
        if top.is_dir() and top.name not in NOT_KEPT:
            yield from (path for path in sorted(top.rglob("*")) if path.is_file())


def _link_or_copy(
    path: Path, name: str, target: Path, earlier: Path | None, known: FileEntry | None
) -> FileEntry:
    place = target / name
    place.parent.mkdir(parents=True, exist_ok=True)
    status = path.stat()
    same = known is not None and (known.size, known.mtime_ns) == (
        status.st_size,
        status.st_mtime_ns,
    )
    if known is not None and same and earlier is not None:
        try:
            os.link(earlier / FILES / name, place)
        except OSError:
            same = False
        else:
            return known
    sha256 = hashlib.sha256()
    with path.open("rb") as source, place.open("wb") as copy:
        while block := source.read(BLOCK_BYTES):
            sha256.update(block)
            copy.write(block)
        copy.flush()
        os.fsync(copy.fileno())
    shutil.copystat(path, place)
    return FileEntry(
        path=name, size=place.stat().st_size, sha256=sha256.hexdigest(), mtime_ns=status.st_mtime_ns
    )


def _portable(settings: Mapping[str, str]) -> dict[str, str]:
    """Return settings as an ini file has them, without secrets and without where things lie."""
    folder = settings["cytotheca.site_dir"]
    return {
        key: value.replace("%", "%%").replace(folder, "%(here)s").replace("\n", "\n    ")
        for key, value in sorted(settings.items())
        if key not in OF_THE_PLACE and redacted(key, value) == value
    }


def _write(path: Path, content: Mapping[str, object]) -> None:
    with path.open("w", encoding="utf-8") as file:
        json.dump(content, file, indent=1, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
