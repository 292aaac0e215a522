"""The embedded engine among processes: visibility, swaps, losses."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import pytest

from cytotheca.core.domain.errors import SearchError, SearchUnavailable
from cytotheca.core.search.document import build_document
from cytotheca.core.search.engine import SearchQuery
from cytotheca.core.search.sqlite import SqliteSearch

PROCESSES = multiprocessing.get_context("fork")  # as a preloading gunicorn does
WRITERS, WRITES = 3, 25


def make_document(name: str, title: str = "beads", **values: Any) -> dict[str, Any]:
    dataset = {"id": f"id-{name}", "name": name, "title": title, **values}
    return build_document(dataset, labels=["public"], site_id="default")


def count(engine: SqliteSearch, text: str = "*:*") -> int:
    return engine.search(SearchQuery(text=text, rows=0)).count


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[SqliteSearch]:
    engine = SqliteSearch(tmp_path / "index")
    yield engine
    engine.close()


def write_many(folder: Path, writer: int) -> None:
    engine = SqliteSearch(folder)
    for number in range(WRITES):
        name = f"w{writer}-{number}"
        engine.index([make_document(name)])
        assert count(engine, f"name:{name}") == 1
        if number % 5 == 0:
            engine.remove([f"id-{name}"])
            assert count(engine, f"name:{name}") == 0


def read_until(folder: Path, done: Event) -> None:
    engine = SqliteSearch(folder)
    while not done.is_set():
        query = SearchQuery(text="beads", rows=1000, facet_fields=["state"])
        page = engine.search(query)
        assert page.count == len(page.results) == sum(page.facets["state"].values())


def test_processes_write_and_read_side_by_side(engine: SqliteSearch, tmp_path: Path) -> None:
    engine.prepare()
    folder, done = tmp_path / "index", PROCESSES.Event()
    readers = [PROCESSES.Process(target=read_until, args=(folder, done)) for _ in range(2)]
    writers = [PROCESSES.Process(target=write_many, args=(folder, n)) for n in range(WRITERS)]
    for process in readers + writers:
        process.start()
    for process in writers:
        process.join()
    done.set()
    for process in readers:
        process.join()
    assert [process.exitcode for process in readers + writers] == [0] * (2 + WRITERS)
    assert count(engine) == WRITERS * WRITES * 4 // 5
    assert len(list(engine.iter_ids())) == count(engine)


def test_threads_share_an_engine(engine: SqliteSearch) -> None:
    def write(number: int) -> int:
        engine.index([make_document(f"t{number}")])
        found = count(engine, f"name:t{number}")
        engine.close()
        return found

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(write, range(40))) == [1] * 40
    assert count(engine) == 40


def test_a_changed_dataset_is_found_by_its_new_words_only(engine: SqliteSearch) -> None:
    engine.index([make_document("a", "alpha", tags=[{"name": "old"}])])
    engine.index([make_document("a", "beta", private=True)])
    assert [count(engine, text) for text in ("alpha", "beta", "tags:old", "private:true")] == [
        0,
        1,
        0,
        1,
    ]
    page = engine.search(SearchQuery(facet_fields=["tags", "capacity"]))
    assert page.facets == {"tags": {}, "capacity": {"private": 1}}


def test_a_removed_dataset_is_gone(engine: SqliteSearch) -> None:
    engine.index([make_document("a", tags=[{"name": "t"}]), make_document("b")])
    engine.remove(["id-a", "id-unknown"])
    page = engine.search(SearchQuery(text="beads", facet_fields=["tags"]))
    assert [result["name"] for result in page.results] == ["b"]
    assert page.facets == {"tags": {}}
    assert list(engine.iter_ids()) == ["id-b"]


def test_the_old_index_serves_and_takes_writes_until_the_new_is_complete(
    engine: SqliteSearch,
) -> None:
    engine.index(make_document(f"n{number}") for number in range(300))
    seen: list[int] = []

    def documents() -> Iterator[dict[str, Any]]:
        for number in range(300):
            if number == 250:  # after the first batch, before the last
                engine.index([make_document("n0", "changed"), make_document("fresh")])
                engine.index([make_document("n299", "changed")])
                engine.remove(["id-n1", "id-n298"])
            seen.append(count(engine))
            yield make_document(f"n{number}")

    assert engine.rebuild(documents()) == 299
    assert min(seen) == 299
    assert count(engine) == 299
    assert count(engine, "title:changed") == 2
    assert count(engine, "name:fresh") == 1
    assert count(engine, "name:(n1 OR n298)") == 0


def test_a_failed_rebuild_changes_nothing(engine: SqliteSearch, tmp_path: Path) -> None:
    engine.index([make_document("a")])

    def documents() -> Iterator[dict[str, Any]]:
        yield make_document("b")
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError):
        engine.rebuild(documents())
    assert list(engine.iter_ids()) == ["id-a"]
    assert len(list((tmp_path / "index").glob("*.sqlite"))) == 1


def test_a_bad_document_does_not_stop_a_rebuild(engine: SqliteSearch) -> None:
    assert engine.rebuild([make_document("a"), {"name": "no id"}, make_document("b")]) == 2
    assert count(engine) == 2


def test_other_processes_follow_a_swap(engine: SqliteSearch, tmp_path: Path) -> None:
    other = SqliteSearch(tmp_path / "index")
    engine.index([make_document("a")])
    assert count(other) == 1
    engine.rebuild([make_document("b"), make_document("c")])
    assert count(other) == 2
    other.index([make_document("d")])
    assert count(engine) == 3
    other.close()


def test_searches_go_on_while_indexes_are_swapped(engine: SqliteSearch) -> None:
    engine.rebuild([make_document("a")])
    done = threading.Event()
    counts: set[int] = set()

    def read() -> None:
        while not done.is_set():
            counts.add(count(engine))
        engine.close()

    with ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(read) for _ in range(2)]
        for _ in range(20):
            engine.rebuild([make_document("a")])
        done.set()
        for reader in readers:
            reader.result()
    assert counts == {1}


def test_no_index_is_not_an_empty_one(engine: SqliteSearch) -> None:
    assert not engine.ping()
    with pytest.raises(SearchUnavailable):
        count(engine)
    with pytest.raises(SearchUnavailable):
        list(engine.iter_ids())
    engine.remove(["id-a"])
    engine.prepare()
    assert engine.ping()
    assert count(engine) == 0
    assert not engine.is_complete()
    engine.rebuild([])
    assert engine.is_complete()


@pytest.mark.parametrize("content", [None, b"", b"not a database at all" * 1000])
def test_a_lost_index_begins_anew_with_the_next_write(
    engine: SqliteSearch, tmp_path: Path, content: bytes | None
) -> None:
    engine.rebuild([make_document("a"), make_document("b")])
    engine.close()
    for file in (tmp_path / "index").glob("index-*"):
        file.unlink()
        if content is not None and file.suffix == ".sqlite":
            file.write_bytes(content)
    with pytest.raises(SearchUnavailable):
        count(engine)
    engine.index([make_document("c")])
    assert count(engine) == 1
    assert not engine.is_complete()


def test_an_open_index_that_is_deleted_is_missed(engine: SqliteSearch, tmp_path: Path) -> None:
    engine.index([make_document("a")])
    assert count(engine) == 1
    (tmp_path / "index").rename(tmp_path / "away")
    with pytest.raises(SearchUnavailable):
        count(engine)
    (tmp_path / "away").rename(tmp_path / "index")
    assert count(engine) == 1


def test_an_emptied_index_says_that_it_is_incomplete(engine: SqliteSearch) -> None:
    engine.rebuild([make_document("a")])
    engine.clear()
    assert count(engine) == 0
    assert not engine.is_complete()


def test_an_endless_search_is_given_up(tmp_path: Path) -> None:
    engine = SqliteSearch(tmp_path / "index", max_seconds=0)
    engine.index(make_document(f"n{number}", f"beads {number}") for number in range(2000))
    with pytest.raises(SearchError, match="too long"):
        engine.search(SearchQuery(text="b* OR *e* OR ?e*", rows=1000, facet_fields=["name"]))
    engine.close()
