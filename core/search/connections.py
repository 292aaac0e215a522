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
        self._inherited: list[sqlite3.Connection] = []

    def get(self, path: Path) -> sqlite3.Connection:
        """Return this thread's connection to a file that exists.

        Raises ``sqlite3.OperationalError`` if it does not, also when an open
        connection could still read the deleted file.
        """
        file = _find_file(path)
        if file is None:
            raise sqlite3.OperationalError("the index file is missing")
        known = self._known().get(path)
        if known and known.file == file and known.process == os.getpid():
            return known.connection
        self._drop_stale()
        self._known()[path] = _Open(_connect(path), file, os.getpid())
        return self._known()[path].connection

    def drop_all(self) -> None:
        """Close this thread's connections."""
        for path in list(self._known()):
            self.drop(path)

    def drop(self, path: Path) -> None:
        """Close this thread's connection to a file."""
        known = self._known().pop(path, None)
        if known and known.process == os.getpid():
            known.connection.close()
        elif known:
            # SQLite forbids to use or close in a child what the parent opened before the fork.
            self._inherited.append(known.connection)

    def _drop_stale(self) -> None:
        for path, known in list(self._known().items()):
            if known.process != os.getpid() or _find_file(path) != known.file:
                self.drop(path)

    def _known(self) -> dict[Path, _Open]:
        if not hasattr(self._local, "open"):
            self._local.open = {}
        known: dict[Path, _Open] = self._local.open
        return known


def _find_file(path: Path) -> tuple[int, int] | None:
    """Return the identity of a file, which another one of the same name does not have."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


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
