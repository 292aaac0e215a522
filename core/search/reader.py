"""Run a search on an index file."""

# ruff: noqa: S608  # SQL is put together from constants only; what clients say is bound
from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from cytotheca.core.domain.errors import SearchQueryError
from cytotheca.core.search.conditions import Condition, Sql, all_of, unscored
from cytotheca.core.search.cursors import behind, read_cursor, walked_keys, write_cursor
from cytotheca.core.search.engine import SearchPage, SearchQuery
from cytotheca.core.search.fields import UNCOUNTED
from cytotheca.core.search.leaves import TEXT_TARGET, Leaves
from cytotheca.core.search.loose import DEFAULT_MIN_MATCH, default_target, translate_loose
from cytotheca.core.search.query import LooseQuery, parse_filter, parse_text
from cytotheca.core.search.sorting import SortKey, is_known, order_by, parse_sort
from cytotheca.core.search.translate import Translator, translate_filter
from cytotheca.core.search.vocabulary import Vocabulary

_MAX_OFFSET: Final = 2**31
_MAX_SCORES: Final = 200  # what counts for the order; SQLite joins at most 500 selects
_FEW: Final = 2_000  # documents that are sorted faster than an index is walked
_FIELD_ID: Final = "(SELECT id FROM field WHERE name = ?)"
_SHELVES: Final = "(SELECT value FROM json_each(?))"


@dataclass(frozen=True, slots=True)
class _Found:
    """What a search found: shelves as a whole (``source`` has no hits), or single hits."""

    count: int
    source: Sql  # FROM … WHERE, with ``d`` the document
    score: str | None
    shelves: str | None = None


def run_search(connection: sqlite3.Connection, query: SearchQuery, now: datetime) -> SearchPage:
    """Answer a query from one consistent state of the index."""
    keys = parse_sort(query.sort)
    if query.cursor is not None:
        keys = walked_keys(keys)
    connection.execute("BEGIN")
    try:
        _check_sort(connection, keys)
        found = _find(connection, query, keys, now)
        results, next_cursor = _read_page(connection, query, keys, found)
        return SearchPage(
            count=found.count,
            results=results,
            next_cursor=next_cursor,
            facets={name: _count(connection, query, name, found) for name in query.facet_fields},
        )
    finally:
        if connection.in_transaction:
            connection.execute("COMMIT")


def _check_sort(connection: sqlite3.Connection, keys: Sequence[SortKey]) -> None:
    for key in keys:
        known = (
            is_known(key.field)
            or connection.execute("SELECT 1 FROM field WHERE name = ?", (key.field,)).fetchone()
        )
        if not known:
            raise SearchQueryError('Invalid "sort" parameter')


def _find(
    connection: sqlite3.Connection, query: SearchQuery, keys: Sequence[SortKey], now: datetime
) -> _Found:
    vocabulary = Vocabulary(connection)
    wanted = _translate(query, vocabulary, now)
    leaves = Leaves(vocabulary, now, TEXT_TARGET)
    filters = [translate_filter(leaves, parse_filter(text).root) for text in query.filters]
    allowed = all_of([*filters, *_permission(query.labels)])
    needs_score = any(key.field == "score" for key in keys) or "score" in (query.fields or ())
    everything = all_of([unscored(wanted), allowed])
    if everything.by_shelf:
        return _pick_shelves(connection, everything)
    select = _scored(wanted, allowed) if needs_score and wanted.scores else _plain(everything)
    connection.execute("DELETE FROM temp.hit")
    connection.execute(f"INSERT INTO temp.hit {select.text}", select.values)
    count: int = connection.execute("SELECT count(*) FROM temp.hit").fetchone()[0]
    source = Sql("FROM temp.hit h CROSS JOIN document d ON d.doc = h.doc WHERE 1")
    return _Found(count, source, "h.score")


def _translate(query: SearchQuery, vocabulary: Vocabulary, now: datetime) -> Condition:
    parsed = parse_text(query.text)
    if isinstance(parsed, LooseQuery):
        target = default_target(query.tuning.get("qf"))
        mm = query.tuning.get("mm") or DEFAULT_MIN_MATCH
        return translate_loose(Leaves(vocabulary, now, target), parsed, target, mm)
    return Translator(Leaves(vocabulary, now, TEXT_TARGET)).translate(parsed.root)


def _permission(labels: frozenset[str] | None) -> list[Condition]:
    if labels is None:
        return []
    labelled = "SELECT shelf FROM shelf_label WHERE label IN (SELECT value FROM json_each(?))"
    return [
        Condition(Sql(f"+d.shelf IN ({labelled})", (json.dumps(sorted(labels)),)), by_shelf=True)
    ]


def _pick_shelves(connection: sqlite3.Connection, condition: Condition) -> _Found:
    """Find whole shelves: nothing is counted document by document."""
    rows = connection.execute(
        "SELECT d.shelf, d.n FROM (SELECT id AS shelf, n FROM shelf) d"
        f" WHERE d.n > 0 AND {condition.sql.text}",
        condition.sql.values,
    ).fetchall()
    shelves = json.dumps([shelf for shelf, _ in rows])
    count = sum(n for _, n in rows)
    # The plus keeps SQLite from gathering many documents by shelf and sorting them;
    # the conditions have it too, as whatever else is asked for tells more than the shelf.
    column = "d.shelf" if count <= _FEW else "+d.shelf"
    source = Sql(f"FROM document d WHERE {column} IN {_SHELVES}", (shelves,))
    return _Found(count, source, None, shelves)


def _plain(condition: Condition) -> Sql:
    sql = f"SELECT d.doc, 0 FROM document d WHERE {condition.sql.text}"
    return Sql(sql, condition.sql.values)


def _scored(wanted: Condition, allowed: Condition) -> Sql:
    if wanted.is_scored_fully and len(wanted.scores) == 1:
        score = wanted.scores[0]
        return Sql(
            f"SELECT d.doc, r.score FROM ({score.text}) r CROSS JOIN document d ON d.doc = r.doc"
            f" WHERE {allowed.sql.text}",
            (*score.values, *allowed.sql.values),
        )
    scores = wanted.scores[:_MAX_SCORES]
    union = " UNION ALL ".join(f"SELECT doc, score FROM ({s.text})" for s in scores)
    values = tuple(value for score in scores for value in score.values)
    everything = all_of([unscored(wanted), allowed])
    return Sql(
        f"WITH raw (doc, score) AS MATERIALIZED ({union}), relevance (doc, score) AS MATERIALIZED"
        " (SELECT doc, sum(score) FROM raw GROUP BY doc)"
        " SELECT d.doc, coalesce(r.score, 0) FROM document d"
        f" LEFT JOIN relevance r ON r.doc = d.doc WHERE {everything.sql.text}",
        (*values, *everything.sql.values),
    )


def _read_page(
    connection: sqlite3.Connection, query: SearchQuery, keys: Sequence[SortKey], found: _Found
) -> tuple[list[dict[str, Any]], str | None]:
    """Return a page and the cursor of the next one."""
    rows = max(0, min(query.rows, _MAX_OFFSET))
    if query.cursor is not None:
        hits, next_cursor = _walk(connection, query.cursor, keys, found, rows)
    else:
        hits, next_cursor = _leap(connection, query.start, keys, found, rows), None
    stored = _read_stored(connection, [doc for doc, _ in hits], query.fields)
    if query.fields is None:
        return [stored[doc] for doc, _ in hits], next_cursor
    return [_select(stored[doc], query.fields, score) for doc, score in hits], next_cursor


def _leap(
    connection: sqlite3.Connection, start: int, keys: Sequence[SortKey], found: _Found, rows: int
) -> list[tuple[int, float]]:
    """Return the hits from an offset on."""
    start = max(0, min(start, _MAX_OFFSET))
    if not rows or start >= found.count:
        return []
    order = order_by(keys, found.score)
    return connection.execute(
        f"SELECT d.doc, {found.score or '0'} {found.source.text}"
        f" ORDER BY {order.text} LIMIT ? OFFSET ?",
        (*found.source.values, *order.values, rows, start),
    ).fetchall()


def _walk(
    connection: sqlite3.Connection, cursor: str, keys: Sequence[SortKey], found: _Found, rows: int
) -> tuple[list[tuple[int, float]], str | None]:
    """Return the hits behind a cursor, and the next cursor if there are more."""
    values = read_cursor(keys, cursor)
    if not rows:
        return [], cursor
    source = found.source
    if values is not None:
        later = behind(keys, values)
        source = Sql(f"{source.text} AND {later.text}", (*source.values, *later.values))
    order = order_by(keys, None)
    columns = ", ".join(f"d.{key.field}" for key in keys)
    hits = connection.execute(
        f"SELECT d.doc, {found.score or '0'}, {columns} {source.text}"
        f" ORDER BY {order.text} LIMIT ?",
        (*source.values, *order.values, rows + 1),
    ).fetchall()
    page = hits[:rows]
    next_cursor = write_cursor(keys, page[-1][2:]) if len(hits) > rows else None
    return [(doc, score) for doc, score, *_ in page], next_cursor


def _read_stored(
    connection: sqlite3.Connection, docs: list[int], fields: Sequence[str] | None
) -> dict[int, dict[str, Any]]:
    rows = connection.execute(
        f"SELECT doc, dataset, fields FROM stored WHERE doc IN {_SHELVES}",
        (json.dumps(docs),),
    )
    if fields is None:
        return {doc: json.loads(dataset) for doc, dataset, _ in rows}
    return {
        doc: {**json.loads(shown), "data_dict": dataset, "validated_data_dict": dataset}
        for doc, dataset, shown in rows
    }


def _select(shown: Mapping[str, Any], fields: Sequence[str], score: float) -> dict[str, Any]:
    names = shown.keys() if "*" in fields else [name for name in fields if name in shown]
    selected = {name: shown[name] for name in names}
    return {**selected, "score": score} if "score" in fields else selected


def _count(
    connection: sqlite3.Connection, query: SearchQuery, name: str, found: _Found
) -> dict[str, int]:
    """Count the values of a field. A value that no document here has is never named."""
    limit = query.facet_limit if query.facet_limit >= 0 else _MAX_OFFSET
    tail = " GROUP BY value HAVING count >= ? ORDER BY count DESC, value LIMIT ?"
    options = (max(1, query.facet_mincount), min(limit, _MAX_OFFSET))
    if found.shelves is not None and name not in UNCOUNTED:
        select = Sql(
            f"SELECT value, sum(n) AS count FROM tally WHERE field = {_FIELD_ID}"
            f" AND shelf IN {_SHELVES} AND n > 0",
            (name, found.shelves),
        )
    else:
        source = found.source.text.replace(" WHERE ", " CROSS JOIN term t ON t.doc = d.doc WHERE ")
        select = Sql(
            f"SELECT t.value AS value, count(*) AS count {source} AND t.field = {_FIELD_ID}",
            (*found.source.values, name),
        )
    return dict(connection.execute(select.text + tail, (*select.values, *options)).fetchall())
