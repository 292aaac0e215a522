"""A cursor walks through all that is found, each dataset once, while others come and go."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest

from cytotheca.core.domain.errors import SearchQueryError
from cytotheca.core.search.document import build_document
from cytotheca.core.search.engine import SearchQuery
from cytotheca.core.search.sqlite import SqliteSearch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SIZE = 60
ORDERS = [
    "id asc",
    "id desc",
    "name desc",
    "title asc",
    "metadata_modified asc",
    "metadata_modified desc",
    "metadata_created desc, name asc",
    "title desc, metadata_modified asc",
]


def document(number: int, **values: Any) -> dict[str, Any]:
    """Return a dataset that shares its title and its moment with many."""
    label = "public" if number % 3 else "member-a"
    dataset = {
        "id": f"{number * 37 % 100:02d}",
        "name": f"name{number * 13 % 100:02d}",
        "title": f"Title {number % 4}",
        "state": "active",
        "private": label != "public",
        "metadata_created": f"2026-01-0{number % 2 + 1}T00:00:00",
        "metadata_modified": f"2026-02-0{number % 5 + 1}T00:00:00",
        **values,
    }
    return build_document(dataset, labels=[label], site_id="default")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[SqliteSearch]:
    engine = SqliteSearch(tmp_path)
    engine.rebuild(document(number) for number in range(SIZE))
    yield engine
    engine.close()


def walk(engine: SqliteSearch, **options: Any) -> Iterator[list[dict[str, Any]]]:
    """Yield the pages of a walk."""
    cursor: str | None = "*"
    while cursor is not None:
        page = engine.search(SearchQuery(cursor=cursor, **options))
        yield list(page.results)
        cursor = page.next_cursor


@pytest.mark.parametrize("text", ["*:*", "title", "title:(1 OR 2)"])
@pytest.mark.parametrize("rows", [1, 7, SIZE, SIZE + 1])
@pytest.mark.parametrize("sort", ORDERS)
def test_a_walk_is_the_list_in_pages(engine, sort, rows, text):
    for labels in (None, frozenset({"public"})):
        whole = engine.search(SearchQuery(text=text, sort=sort, rows=1000, labels=labels)).results
        assert whole
        pages = list(walk(engine, text=text, sort=sort, rows=rows, labels=labels))
        assert [one for page in pages for one in page] == whole
        assert all(len(page) == rows for page in pages[:-1])
        assert pages[-1]


def test_nobody_comes_twice_while_datasets_come_and_go(engine):
    pages = walk(engine, sort="id asc", rows=10)
    seen = [one["id"] for one in next(pages)]
    present = {one["id"] for one in engine.search(SearchQuery(rows=1000)).results}
    for turn, page in enumerate(pages):
        seen += [one["id"] for one in page]
        engine.remove([seen[turn], page[-1]["id"]])  # also the one that the cursor stands at
        engine.index([document(turn, id=f"{turn}-new"), document(99, id=seen[-2], title="Other")])
    assert len(seen) == len(set(seen))
    assert present <= set(seen)


def test_what_changes_during_a_walk_by_change_comes_again_and_nothing_is_left_out(engine):
    """A harvester that takes the last version of what comes twice has the last state of all."""
    taken = {}
    for turn, page in enumerate(walk(engine, sort="metadata_modified asc", rows=7)):
        taken.update({one["id"]: one for one in page})
        if turn < 5:
            moment = f"2026-03-01T00:00:0{turn}"
            engine.index([document(3, id=page[0]["id"], metadata_modified=moment)])
    now = engine.search(SearchQuery(rows=1000)).results
    assert taken == {one["id"]: one for one in now}


def test_no_rows_stay_where_they_are(engine):
    first = engine.search(SearchQuery(cursor="*", rows=3, sort="id asc"))
    assert first.next_cursor is not None
    again = engine.search(SearchQuery(cursor=first.next_cursor, rows=0, sort="id asc"))
    assert (again.count, again.next_cursor) == (SIZE, first.next_cursor)


def encoded(*content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "zzz",
        "é",
        "\x00",
        "W10",
        encoded(),
        encoded("id asc"),
        encoded("id desc", "05"),
        encoded("id asc", "05", "06"),
        encoded("id asc", None),
        encoded("id asc", ["05"]),
        encoded("id asc", 2**70),
        encoded("id asc", True),
        encoded("id asc", 1.5),
        encoded("id asc", "\ud800"),
        encoded(["id asc"], "05"),
        base64.urlsafe_b64encode(b"[" * 100_000).decode(),
    ],
    ids=range(16),
)
def test_what_is_no_cursor_is_refused(engine, cursor):
    with pytest.raises(SearchQueryError, match='Invalid "cursor"'):
        engine.search(SearchQuery(cursor=cursor, sort="id asc"))


@pytest.mark.parametrize("sort", ["score desc", "id asc, score desc", "tags asc", "rank"])
def test_an_order_that_is_not_stored_is_refused(engine, sort):
    with pytest.raises(SearchQueryError, match="With a cursor, 'sort' may name"):
        engine.search(SearchQuery(cursor="*", sort=sort))
