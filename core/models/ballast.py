"""A file beside an embedded database that is thrown off when the disk is full.

Logins and the like are small writes; with the room of the ballast they go on
until somebody has made room. The relay takes it on again when there is enough.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

NAME = "ballast"
BALLAST_BYTES = 8 * 1024 * 1024
ENOUGH = 4
"""So many times its size must be free before it is taken on again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballast:
    """The ballast in the folder of a database."""

    folder: Path

    def take_on(self) -> bool:
        """Make the file if it is not there and the disk has room; tell whether it is there."""
        path = self.folder / NAME
        if path.exists():
            return True
        if shutil.disk_usage(self.folder).free < ENOUGH * BALLAST_BYTES:
            return False
        aside = path.with_name(f".{NAME}.{os.getpid()}")
        try:
            with aside.open("wb") as file:
                os.posix_fallocate(file.fileno(), 0, BALLAST_BYTES)
            aside.replace(path)
        except OSError:  # the disk was filled just now
            aside.unlink(missing_ok=True)
            return False
        return True

    def throw_off(self) -> None:
        """Give the room to the database."""
        (self.folder / NAME).unlink(missing_ok=True)
