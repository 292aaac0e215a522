"""The files of the embedded index: which one serves, which one is being built.

Each generation of the index is a SQLite file. A small pointer file names the
one that serves; replacing the pointer is what swaps generations. Renaming one
SQLite file over another would not do: its write-ahead log belongs to it by name.
"""

from __future__ import annotations

import fcntl
import json
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final

_SCHEMA: Final = files("cytotheca.core.search") / "data" / "schema.sql"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """The file that serves, and the one that a rebuild fills meanwhile.

    ``complete``: a rebuild made it; otherwise it began empty and holds what
    was written since.
    """

    serving: str | None
    building: str | None = None
    complete: bool = False

    @property
    def names(self) -> list[str]:
        """The files that a write has to reach."""
        return [name for name in (self.serving, self.building) if name]


class Generations:
    """The folder of an index. Nothing is created before the first write."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, name: str) -> Path:
        """Return the file of a generation."""
        return self._folder / name

    def read(self) -> Pointer | None:
        """Return the pointer; None if there is no index or it cannot be read."""
        try:
            return Pointer(**json.loads((self._folder / "current.json").read_bytes()))
        except (OSError, ValueError, TypeError):
            return None

    def replace(self, pointer: Pointer) -> None:
        """Set the pointer, durably and at once for all processes."""
        draft = self._folder / f"current.json.{os.getpid()}"
        with draft.open("w", encoding="utf-8") as file:
            json.dump(asdict(pointer), file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._folder / "current.json")

    def create(self) -> str:
        """Create an empty generation and return its name; only while swapping.

        Otherwise another process might sweep it before the pointer names it.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        name = f"index-{time.time_ns():x}-{os.getpid()}.sqlite"
        with closing(sqlite3.connect(self.path(name), isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(f"BEGIN; {_SCHEMA.read_text('utf-8')} COMMIT;")
        return name

    def sweep(self) -> None:
        """Delete generations that the pointer does not name; only while swapping.

        Who has one open keeps reading it until the next search.
        """
        pointer = self.read()
        if pointer is None:
            return
        for file in self._folder.glob("index-*"):
            if not any(file.name.startswith(name) for name in pointer.names):
                file.unlink(missing_ok=True)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Keep the pointer as it is while writing; others may write, too."""
        with self._locked("pointer.lock", fcntl.LOCK_SH):
            yield

    @contextmanager
    def swapping(self) -> Iterator[None]:
        """Wait until nobody writes, for changing the pointer."""
        with self._locked("pointer.lock", fcntl.LOCK_EX):
            yield

    @contextmanager
    def rebuilding(self) -> Iterator[None]:
        """Let one rebuild run at a time."""
        with self._locked("rebuild.lock", fcntl.LOCK_EX):
            yield

    @contextmanager
    def _locked(self, name: str, mode: int) -> Iterator[None]:
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / name).open("ab") as file:
            fcntl.flock(file, mode)
            yield
            with suppress(OSError):  # closing releases it, too
                fcntl.flock(file, fcntl.LOCK_UN)
