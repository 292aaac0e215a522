"""The embedded search engine: SQLite full text in files of its own."""

from __future__ import annotations

import itertools
import logging
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cytotheca.core.domain.errors import SearchError, SearchUnavailable
from cytotheca.core.search.connections import Connections
from cytotheca.core.search.engine import Document, SearchPage, SearchQuery
from cytotheca.core.search.generations import Generations, Pointer
from cytotheca.core.search.reader import run_search
from cytotheca.core.search.rows import Rows, encode
from cytotheca.core.search.writer import (
    list_untouched,
    put_documents,
    remove_documents,
    touch,
    write_transaction,
)

logger = logging.getLogger(__name__)

_BATCH: Final = 200
_STEPS_BETWEEN_CHECKS: Final = 100_000
_LOST: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CANTOPEN})
Write = Callable[[sqlite3.Connection], None]


def now_utc() -> datetime:
    """Return the current time."""
    return datetime.now(UTC)


class SqliteSearch:
    """A ``SearchEngine`` for a single machine; any number of processes and threads.

    Parameters
    ----------
    folder
        Where the index lives. It is created by the first write and may be
        deleted at any time: searches then raise ``SearchUnavailable`` until
        something is written or rebuilt.
    now
        The clock behind ``NOW``.
    max_seconds
        After which a search is given up with ``SearchError``.
    """

    def __init__(
        self, folder: Path, *, now: Callable[[], datetime] = now_utc, max_seconds: float = 20
    ) -> None:
        self._generations = Generations(folder)
        self._connections = Connections()
        self._now = now
        self._max_seconds = max_seconds

    def prepare(self) -> None:
        """Make an empty index if there is none, so that a new site answers with nothing found."""
        if self._generations.read() is None:
            self._start_anew(None)

    def is_complete(self) -> bool:
        """Tell whether a rebuild made the index; False after a loss, until the next rebuild."""
        pointer = self._generations.read()
        return pointer is not None and pointer.complete

    def index(self, documents: Iterable[Document]) -> None:
        """Add or replace documents; visible to all processes when this returns."""
        for batch in _iter_batches(documents):
            rows = [encode(document) for document in batch]
            self._write(lambda c, rows=rows: put_documents(c, rows), ids=[r.id for r in rows])  # type: ignore[misc]

    def remove(self, dataset_ids: Iterable[str]) -> None:
        """Take documents out of the index; unknown ids are ignored."""
        ids = list(dataset_ids)
        if self._generations.read() is not None:
            self._write(lambda connection: remove_documents(connection, ids), ids=ids)

    def search(self, query: SearchQuery) -> SearchPage:
        """Run a query. Raises ``SearchError``, ``SearchQueryError``, ``SearchUnavailable``."""
        query = replace(
            query, text=_clean(query.text), filters=[_clean(text) for text in query.filters]
        )
        with self._reading() as connection:
            deadline = time.monotonic() + self._max_seconds
            connection.set_progress_handler(
                lambda: time.monotonic() > deadline, _STEPS_BETWEEN_CHECKS
            )
            return run_search(connection, query, self._now())

    def clear(self) -> None:
        """Empty the index."""
        with self._generations.swapping():
            pointer = self._generations.read() or Pointer(serving=None)
            name = self._generations.create()
            self._generations.replace(replace(pointer, serving=name, complete=False))
            self._generations.sweep()

    def iter_ids(self) -> Iterator[str]:
        """Yield the ids of all indexed datasets."""
        after = ""
        while True:
            with self._reading() as connection:
                rows = connection.execute(
                    "SELECT id FROM document WHERE id > ? ORDER BY id LIMIT 1000", (after,)
                ).fetchall()
            if not rows:
                return
            yield from (dataset_id for (dataset_id,) in rows)
            after = rows[-1][0]

    def ping(self) -> bool:
        """Tell whether the engine answers."""
        try:
            with self._reading() as connection:
                connection.execute("SELECT 1 FROM document LIMIT 1").fetchone()
        except SearchUnavailable:
            return False
        return True

    def rebuild(self, documents: Iterable[Document]) -> int:
        """Fill a new index and swap; returns the number of documents.

        The old one serves and takes writes until then; what is written
        meanwhile reaches both. A document that cannot be indexed is logged.
        """
        with self._generations.rebuilding():
            name = self._begin_building()
            try:
                count = self._fill(name, documents)
                self._swap(name)
            except BaseException:
                self._give_up_building()
                raise
        return count

    def close(self) -> None:
        """Close the connections of this thread."""
        self._connections.drop_all()

    def _fill(self, name: str, documents: Iterable[Document]) -> int:
        connection = self._connections.get(self._generations.path(name))
        connection.execute("PRAGMA synchronous = OFF")  # the swap waits for the disk
        for batch in _iter_batches(documents):
            rows = [encoded for document in batch if (encoded := _try_encode(document))]
            with write_transaction(connection):
                put_documents(connection, list_untouched(connection, rows))
        count: int = connection.execute("SELECT count(*) FROM document").fetchone()[0]
        return count

    def _swap(self, name: str) -> None:
        path = self._generations.path(name)
        with self._generations.swapping():
            connection = self._connections.get(path)
            connection.execute("DELETE FROM touched")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._generations.replace(Pointer(serving=name, complete=True))
            self._generations.sweep()

    def _begin_building(self) -> str:
        with self._generations.swapping():
            pointer = self._generations.read() or Pointer(serving=None)
            name = self._generations.create()
            self._generations.replace(replace(pointer, building=name))
            self._generations.sweep()  # also what a rebuild left behind that was killed
        return name

    def _give_up_building(self) -> None:
        with self._generations.swapping():
            pointer = self._generations.read() or Pointer(serving=None)
            self._generations.replace(replace(pointer, building=None))
            self._generations.sweep()

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        pointer = self._generations.read()
        if pointer is None or pointer.serving is None:
            raise SearchUnavailable
        path = self._generations.path(pointer.serving)
        try:
            yield self._open(path)
        except sqlite3.OperationalError as error:
            if _code(error) == sqlite3.SQLITE_INTERRUPT:
                raise SearchError("The search took too long; please make it narrower.") from error
            raise self._unavailable(path, error) from error
        except sqlite3.Error as error:
            raise self._unavailable(path, error) from error

    def _open(self, path: Path) -> sqlite3.Connection:
        """Open the serving file; another one if a swap came in between."""
        try:
            return self._connections.get(path)
        except sqlite3.OperationalError:
            pointer = self._generations.read()
            if pointer is None or pointer.serving in (None, path.name):
                raise
            return self._connections.get(self._generations.path(str(pointer.serving)))

    def _unavailable(self, path: Path, error: sqlite3.Error) -> SearchUnavailable:
        logger.error("The search index %s does not answer: %s", path.name, error)
        self._connections.drop(path)
        return SearchUnavailable()

    def _write(self, write: Write, *, ids: Sequence[str]) -> None:
        """Write to every generation that has to know; start anew if the index is lost."""
        pointer = self._generations.read()
        try:
            self._write_once(write, ids)
        except (sqlite3.DatabaseError, SearchUnavailable) as error:
            if not _is_lost(error):
                raise SearchUnavailable from error
            logger.warning("The search index is lost and begins anew; rebuild it: %s", error)
            self._start_anew(pointer)
            self._write_once(write, ids)

    def _write_once(self, write: Write, ids: Sequence[str]) -> None:
        with self._generations.writing():
            pointer = self._generations.read()
            if pointer is None or pointer.serving is None:
                raise SearchUnavailable
            self._write_to(pointer.serving, write)
            if pointer.building is not None:
                self._write_to_building(pointer.building, write, ids)

    def _write_to(self, name: str, write: Write) -> None:
        connection = self._connections.get(self._generations.path(name))
        connection.set_progress_handler(None, 0)
        with write_transaction(connection):
            write(connection)

    def _write_to_building(self, name: str, write: Write, ids: Sequence[str]) -> None:
        def write_and_touch(connection: sqlite3.Connection) -> None:
            touch(connection, ids)
            write(connection)

        try:
            self._write_to(name, write_and_touch)
        except sqlite3.DatabaseError as error:
            # A rebuild that was killed leaves a name behind, perhaps of no file.
            logger.warning("The index that is being built cannot be written: %s", error)

    def _start_anew(self, lost: Pointer | None) -> None:
        """Put an empty generation in the place of a lost one, unless another process did."""
        with self._generations.swapping():
            if self._generations.read() == lost:
                building = lost.building if lost else None
                name = self._generations.create()
                self._generations.replace(Pointer(serving=name, building=building))
                self._generations.sweep()


def _is_lost(error: Exception) -> bool:
    if isinstance(error, SearchUnavailable):
        return True
    return _code(error) in _LOST or "no such table" in str(error)


def _code(error: Exception) -> int:
    """Return SQLite's code of an error; ours for a missing file has none."""
    code: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CANTOPEN)
    return code & 0xFF


def _iter_batches(documents: Iterable[Document]) -> Iterator[list[Document]]:
    iterator = iter(documents)
    while batch := list(itertools.islice(iterator, _BATCH)):
        yield batch


def _try_encode(document: Document) -> Rows | None:
    try:
        return encode(document)
    except (KeyError, TypeError, ValueError):
        logger.exception("The dataset %s cannot be indexed.", document.get("id"))
        return None


def _clean(text: str) -> str:
    """Replace lone surrogates, which no database takes."""
    return text.encode("utf-8", "replace").decode()
