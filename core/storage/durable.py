"""Writing to disk so that an acknowledged change survives a power cut.

A file is complete before it gets its name, and the folder that holds the
name is flushed as well.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cytotheca.core.domain.errors import InsufficientStorage

FOLDER_MODE, FILE_MODE = 0o750, 0o640  # the group lets a front server read
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@contextmanager
def full_disk_is_refused() -> Iterator[None]:
    """Turn "no space left" into a refusal that the uploader understands."""
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise InsufficientStorage("the server has no room left for this file") from error
        raise


def require_room(folder: Path, size_bytes: int, *, reserve_bytes: int) -> None:
    """Raise ``InsufficientStorage`` unless a file fits and leaves the reserve free."""
    free = shutil.disk_usage(folder).free
    if size_bytes + reserve_bytes > free:
        room = max(0, free - reserve_bytes)
        raise InsufficientStorage(
            f"the file has {size_bytes} bytes, but the server has room for only {room}"
        )


def make_folders(folder: Path) -> None:
    """Create a folder with its parents and flush the new names."""
    if folder.is_dir():
        return
    make_folders(folder.parent)
    folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
    flush_folder(folder.parent)


def flush_folder(folder: Path) -> None:
    """Flush the names in a folder to disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_aside(aside: Path, data: bytes) -> None:
    """Write a small new file and flush it."""
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, FILE_MODE)
    with full_disk_is_refused(), os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def rename_into_place(source: Path, target: Path) -> None:
    """Give a flushed file its final name, replacing another, and flush the name."""
    os.replace(source, target)  # noqa: PTH105 - the word says that it replaces
    flush_folder(target.parent)


@contextmanager
def locked(path: Path, *, shared: bool = False) -> Iterator[None]:
    """Hold an advisory lock on a file or folder; the kernel frees it when we die."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def try_lock(descriptor: int) -> bool:
    """Lock an open file exclusively, without waiting; return whether it worked."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
