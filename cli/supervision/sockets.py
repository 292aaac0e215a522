"""Where the sockets of a site are: in its run folder, if the path is short enough."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import tempfile
from pathlib import Path

LONGEST = 100
"""A socket's address holds 108 bytes on Linux and 104 elsewhere."""

VALKEY = "valkey.sock"
SUPERVISOR = "supervisor.sock"


def socket_folder(site_dir: Path) -> Path:
    """Return the folder for the sockets of a site; the same for every process."""
    run = site_dir.resolve() / "run"
    if len(os.fsencode(run / SUPERVISOR)) <= LONGEST:
        return run
    digest = hashlib.sha256(os.fsencode(run)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"cytotheca-{os.getuid()}-{digest}"


def make_socket_folder(site_dir: Path) -> Path:
    """Return the folder for the sockets, made and closed to everybody else."""
    folder = socket_folder(site_dir)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise PermissionError(
            f"{folder} belongs to somebody else; "
            "move the site to a folder with a shorter path, then sockets stay inside it"
        )
    folder.chmod(0o700)
    return folder


def remove_socket_folder(site_dir: Path) -> None:
    """Remove the folder for the sockets, if it is not the site's own run folder."""
    folder = socket_folder(site_dir)
    if folder != site_dir.resolve() / "run":
        shutil.rmtree(folder, ignore_errors=True)


def valkey_url(site_dir: Path) -> str:
    """Return the address of the site's own Valkey."""
    return f"unix://{socket_folder(site_dir) / VALKEY}"
