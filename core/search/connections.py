"""One connection for each thread and process; a new one when the file changes."""

from __future__ import annotations

import os
import sqlite3
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Final

BUSY_SECONDS: Final = 60
_CACHE_KIB: Final = 16 * 1024


@dataclass(frozen=True, slots=True)
class _Open:
    connection: sqlite3.Connection
    file: tuple[int, int]
    process: int


class Connections:
    """Hands out connections to index files."""

    def __init__(self) -> None:
        self._local = threading.local()

    def get(self, path: Path) -> sqlite3.Connection:
        """Return this thread's connection to a file that exists.

        Raises ``sqlite3.OperationalError`` if it does not, also when an open
        connection could still read the deleted file.
        """
        try:
            status = path.stat()
        except OSError as error:
            raise sqlite3.OperationalError("the index file is missing") from error
        file = (status.st_dev, status.st_ino)
        known = self._known().get(path)
        if known and known.file == file and known.process == os.getpid():
            return known.connection
        self.drop_others(path)
        self._known()[path] = _Open(_connect(path), file, os.getpid())
        return self._known()[path].connection

    def drop_others(self, *keep: Path) -> None:
        """Close this thread's connections, save those to the given files if unchanged."""
        for path in [path for path in self._known() if path not in keep]:
            self.drop(path)

    def drop(self, path: Path) -> None:
        """Close this thread's connection to a file."""
        known = self._known().pop(path, None)
        # SQLite forbids closing in a child what the parent opened before the fork.
        if known and known.process == os.getpid():
            known.connection.close()

    def _known(self) -> dict[Path, _Open]:
        if not hasattr(self._local, "open"):
            self._local.open = {}
        known: dict[Path, _Open] = self._local.open
        return known


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw",
        uri=True,
        isolation_level=None,
        timeout=BUSY_SECONDS,
        check_same_thread=False,
    )
    connection.executescript(
        f"PRAGMA cache_size = -{_CACHE_KIB}; PRAGMA temp_store = MEMORY;"
        "CREATE TEMP TABLE hit (doc INTEGER PRIMARY KEY, score REAL NOT NULL);"
    )
    return connection
