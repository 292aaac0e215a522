"""Write documents into an index file."""

# ruff: noqa: S608  # SQL is put together from constants only; what clients say is bound
from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final

from cytotheca.core.search.fields import UNCOUNTED
from cytotheca.core.search.rows import Rows

_TABLES: Final = ("stored", "term", "number", "doc_text", "field_text", "document")
_TALLY_ADD: Final = (
    "INSERT INTO tally (field, shelf, value, n)"
    " SELECT t.field, ?, t.value, 1 FROM term t JOIN field f ON f.id = t.field"
    " WHERE t.doc = ? AND f.name NOT IN (SELECT value FROM json_each(?))"
    " ON CONFLICT (field, shelf, value) DO UPDATE SET n = n + 1"
)
_UNCOUNTED: Final = json.dumps(sorted(UNCOUNTED))


@contextmanager
def write_transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Hold SQLite's write lock from the start, so that no upgrade can fail."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def put_documents(connection: sqlite3.Connection, documents: Iterable[Rows]) -> None:
    """Add or replace documents, within the caller's transaction."""
    for rows in documents:
        doc = _take_out(connection, rows.id)
        _put(connection, doc, rows)


def remove_documents(connection: sqlite3.Connection, ids: Iterable[str]) -> None:
    """Take documents out, within the caller's transaction; unknown ids are ignored."""
    for dataset_id in ids:
        _take_out(connection, dataset_id)


def touch(connection: sqlite3.Connection, ids: Iterable[str]) -> None:
    """Remember that the ids were written while the file was being built."""
    connection.executemany("INSERT OR IGNORE INTO touched VALUES (?)", [(i,) for i in ids])


def list_untouched(connection: sqlite3.Connection, batch: list[Rows]) -> list[Rows]:
    """Return the documents that nobody wrote since the build began."""
    ids = json.dumps([rows.id for rows in batch])
    found = connection.execute(
        "SELECT id FROM touched WHERE id IN (SELECT value FROM json_each(?))", (ids,)
    )
    newer = {dataset_id for (dataset_id,) in found}
    return [rows for rows in batch if rows.id not in newer]


def _take_out(connection: sqlite3.Connection, dataset_id: str) -> int | None:
    """Remove the rows of a dataset and return its number, to be used again."""
    found = connection.execute("SELECT doc, shelf FROM document WHERE id = ?", (dataset_id,))
    row: tuple[int, int] | None = found.fetchone()
    if row is None:
        return None
    doc, shelf = row
    connection.execute(
        "UPDATE tally SET n = n - 1 WHERE shelf = ? AND (field, value) IN"
        " (SELECT field, value FROM term WHERE doc = ?)",
        (shelf, doc),
    )
    connection.execute("UPDATE shelf SET n = n - 1 WHERE id = ?", (shelf,))
    for table in _TABLES:
        connection.execute(f"DELETE FROM {table} WHERE doc = ?", (doc,))
    return doc


def _put(connection: sqlite3.Connection, doc: int | None, rows: Rows) -> None:
    shelf = _get_shelf(connection, rows)
    cursor = connection.execute(
        "INSERT INTO document"
        " (doc, id, shelf, name, title_string, metadata_created, metadata_modified)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (doc, rows.id, shelf, *rows.columns.values()),
    )
    doc = cursor.lastrowid
    connection.execute("INSERT INTO stored VALUES (?, ?, ?)", (doc, rows.dataset, rows.shown))
    connection.execute("INSERT INTO doc_text VALUES (?, ?, ?, ?, ?, ?)", (doc, *rows.text))
    names = {name for name, _ in (*rows.terms, *rows.numbers)} | set(rows.field_texts)
    ids = _get_fields(connection, names)
    connection.executemany(
        "INSERT INTO term VALUES (?, ?, ?)", sorted((ids[f], v, doc) for f, v in rows.terms)
    )
    connection.executemany(
        "INSERT INTO number VALUES (?, ?, ?)", sorted((ids[f], v, doc) for f, v in rows.numbers)
    )
    connection.executemany(
        "INSERT INTO field_text (doc, field, text) VALUES (?, ?, ?)",
        [(doc, ids[name], text) for name, text in rows.field_texts.items()],
    )
    connection.execute(_TALLY_ADD, (shelf, doc, _UNCOUNTED))


def _get_shelf(connection: sqlite3.Connection, rows: Rows) -> int:
    """Return the shelf of a document, made if need be, with one document more."""
    key = (*rows.shelf, json.dumps(rows.labels))
    inserted = connection.execute(
        "INSERT INTO shelf (state, capacity, dataset_type, entity_type, site_id, labels, n)"
        " VALUES (?, ?, ?, ?, ?, ?, 1) ON CONFLICT DO UPDATE SET n = n + 1 RETURNING id",
        key,
    )
    shelf: int = inserted.fetchone()[0]
    connection.executemany(
        "INSERT OR IGNORE INTO shelf_label VALUES (?, ?)", [(label, shelf) for label in rows.labels]
    )
    return shelf


def _get_fields(connection: sqlite3.Connection, names: set[str]) -> dict[str, int]:
    """Return the numbers of fields, made if need be."""
    wanted = json.dumps(sorted(names))
    select = "SELECT name, id FROM field WHERE name IN (SELECT value FROM json_each(?))"
    known: dict[str, int] = dict(connection.execute(select, (wanted,)).fetchall())
    missing = sorted(names - known.keys())
    if missing:
        insert = "INSERT INTO field (name) VALUES (?)"
        connection.executemany(insert, [(name,) for name in missing])
        known = dict(connection.execute(select, (wanted,)).fetchall())
    return known
