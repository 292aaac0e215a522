"""Removing what interrupted transfers left behind."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from cytotheca.core.domain.errors import NotFound
from cytotheca.core.storage.durable import try_lock
from cytotheca.core.storage.refusals import TransferRefused
from cytotheca.core.storage.uploads import LocalUploads


def sweep_files(folder: Path, *, before: float) -> int:
    """Remove files last written before a time, unless somebody holds them; return how many."""
    return sum(1 for path in folder.iterdir() if _is_older(path, before) and _remove_free(path))


def sweep_uploads(uploads: LocalUploads, *, before: float) -> int:
    """Remove uploads in which nothing happened since a time; return how many."""
    stale = [folder for folder in uploads.paths.uploads.iterdir() if _newest(folder) < before]
    for folder in stale:
        remove_upload(uploads, folder.name)
    return len(stale)


def remove_upload(uploads: LocalUploads, upload_id: str) -> None:
    """Stop the writers of an upload and remove its parts; harmless if it is over."""
    try:
        upload = uploads.get(upload_id)
        with uploads.lock(upload):
            uploads.withdraw_claims(upload)
            uploads.remove(upload.folder)
    except (NotFound, TransferRefused):  # over, or the rest of one
        try:
            uploads.remove(uploads.paths.upload_folder(upload_id))
        except NotFound:
            return


def _is_older(path: Path, before: float) -> bool:
    try:
        return path.lstat().st_mtime < before
    except FileNotFoundError:
        return False


def _remove_free(path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        if not try_lock(descriptor):
            return False
        path.unlink(missing_ok=True)
        return True
    finally:
        os.close(descriptor)


def _newest(folder: Path) -> float:
    return max((path.lstat().st_mtime for path in _with_files(folder)), default=0.0)


def _with_files(folder: Path) -> Iterator[Path]:
    yield folder
    if folder.is_dir():
        yield from folder.iterdir()
