"""Temporary folders that killed processes left behind: removed at the next start."""

from __future__ import annotations

import errno
import os
import shutil
import socket
import stat
import tempfile
import time
from pathlib import Path

OLD_SECONDS = 24 * 3600


def remove_leftovers(root: Path | None = None) -> None:
    """Remove our old folders of sockets where nobody listens any more.

    They are those of long-named sites and of readers of measurements, below
    the system's temporary folder; those of other users are left alone.
    """
    folder = root or Path(tempfile.gettempdir())
    for prefix in (f"cytotheca-{os.getuid()}-", "cytotheca-room-"):
        for found in folder.glob(f"{prefix}*"):
            if _is_ours_and_old(found) and not _is_in_use(found):
                shutil.rmtree(found, ignore_errors=True)


def _is_ours_and_old(folder: Path) -> bool:
    try:
        seen = folder.lstat()
    except FileNotFoundError:
        return False
    ours = stat.S_ISDIR(seen.st_mode) and seen.st_uid == os.getuid()
    return ours and time.time() - seen.st_mtime > OLD_SECONDS


def _is_in_use(folder: Path) -> bool:
    return any(_has_listener(path) for path in folder.iterdir() if path.is_socket())


def _has_listener(path: Path) -> bool:
    """Tell whether somebody listens; a socket of another type than ours refuses otherwise."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.setblocking(False)
        return probe.connect_ex(str(path)) not in (errno.ECONNREFUSED, errno.ENOENT)
