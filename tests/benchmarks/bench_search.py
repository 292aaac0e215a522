"""How the cost of usual searches grows with the number of datasets.

The engine alone, in this process. By hand: ``python tests/benchmarks/bench_search.py [sizes…]``.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from measuring import print_table
from measuring import times as times_of

from cytotheca.core.search.cursors import walked_keys, write_cursor
from cytotheca.core.search.document import build_document
from cytotheca.core.search.engine import SearchQuery
from cytotheca.core.search.sorting import parse_sort
from cytotheca.core.search.sqlite import SqliteSearch

PUBLIC = ("+state:(active)", "capacity:public")
FACETS = ("organization", "groups", "tags", "res_format", "license_id")
SIZES = (1_000, 10_000, 100_000)
ANYONE = frozenset({"public"})
WORDS = [f"word{number}" for number in range(20_000)]

QUERIES: Mapping[str, SearchQuery] = {
    "home page": SearchQuery(filters=PUBLIC, labels=ANYONE, rows=20),
    "browse with facets": SearchQuery(filters=PUBLIC, labels=ANYONE, rows=20, facet_fields=FACETS),
    "rare word": SearchQuery(text="word4711", filters=PUBLIC, labels=ANYONE, facet_fields=FACETS),
    "two words": SearchQuery(text="word10 word20", filters=PUBLIC, labels=ANYONE),
    "common word": SearchQuery(text="beads", filters=PUBLIC, labels=ANYONE, rows=20),
    "one tag": SearchQuery(filters=(*PUBLIC, 'tags:"tag77"'), labels=ANYONE, facet_fields=FACETS),
    "one circle": SearchQuery(
        filters=(*PUBLIC, "organization:circle-33"), labels=ANYONE, facet_fields=FACETS
    ),
    "by name": SearchQuery(filters=("name:dataset-500",), labels=ANYONE),
    "changed lately": SearchQuery(
        filters=(*PUBLIC, "metadata_modified:[NOW-7DAY TO NOW]"), labels=ANYONE
    ),
    "own drafts": SearchQuery(
        filters=("creator_user_id:user-3 AND state:draft", "+state:(active OR draft)"),
        labels=frozenset({"public", "creator-user-3"}),
        rows=1000,
    ),
}


def iter_documents(size: int) -> Iterator[dict[str, Any]]:
    """Yield synthetic documents; words, tags and circles are distributed like Zipf's."""
    rng = random.Random(1)  # noqa: S311
    for number in range(size):
        circle = int(rng.paretovariate(0.8)) % max(10, size // 50)
        state = "draft" if number % 500 == 3 else "active"
        user = f"user-{number % 500}"
        private = number % 20 == 1
        labels = [f"creator-{user}"] if state == "draft" else ["public"]
        if private:
            labels = [f"member-{circle}"]
        dataset = make_dataset(rng, number, circle)
        dataset |= {"state": state, "private": private, "creator_user_id": user}
        yield build_document(dataset, labels=labels, site_id="bench")


def make_dataset(rng: random.Random, number: int, circle: int) -> dict[str, Any]:
    """Return a dataset with three measurements."""
    text = [WORDS[int(rng.paretovariate(0.6)) % len(WORDS)] for _ in range(60)]
    common = "beads" if number % 3 == 0 else "cells"
    day, second = number % 28 + 1, number % 60
    return {
        "id": f"{number:08d}-0000-4000-8000-000000000000",
        "name": f"dataset-{number}",
        "title": f"{common} {' '.join(text[:5])}",
        "notes": " ".join(text),
        "authors": f"Author {number % 700}, Author {number % 90}",
        "license_id": ("CC0-1.0", "CC-BY-4.0")[number % 2],
        "organization": {"name": f"circle-{circle}", "title": f"Circle {circle}"},
        "groups": [{"name": f"collection-{circle % 40}"}],
        "tags": [{"name": f"tag{int(rng.paretovariate(0.7)) % 3000}"} for _ in range(3)],
        "metadata_created": f"20{number % 20 + 5:02d}-03-{day:02d}T10:00:{second:02d}",
        "metadata_modified": f"20{number % 20 + 5:02d}-04-{day:02d}T10:00:{second:02d}",
        "resources": [
            {
                "name": f"M{measurement}_{number}.rtdc",
                "format": "RT-DC",
                "sha256": f"{rng.getrandbits(256):064x}",
                "dc:setup:channel width": 20.0 + number % 3 * 10,
                "dc:setup:flow rate": round(0.04 * (number % 5 + 1), 2),
                "dc:experiment:sample": f"sample {text[7]}",
                "dc:setup:medium": "CellCarrierB",
            }
            for measurement in range(3)
        ],
    }


def measure(engine: SqliteSearch, query: SearchQuery, repeats: int = 40) -> tuple[float, float]:
    """Return the median and the 95th percentile in milliseconds."""
    times = []
    for _ in range(repeats):
        begin = time.perf_counter()
        engine.search(query)
        times.append(1000 * (time.perf_counter() - begin))
    return statistics.median(times), statistics.quantiles(times, n=20)[-1]


def measure_saving(engine: SqliteSearch) -> tuple[float, float]:
    """Return p50 and p95 of saving one dataset."""
    one = list(iter_documents(8))[7:]
    times = []
    for _ in range(20):
        begin = time.perf_counter()
        engine.index(one)
        times.append(1000 * (time.perf_counter() - begin))
    return statistics.median(times), statistics.quantiles(times, n=20)[-1]


def walks(size: int) -> Mapping[str, SearchQuery]:
    """Return the first and the last page of a harvester's walk by cursor."""
    keys = walked_keys(parse_sort("id asc"))
    last = write_cursor(keys, (f"{size - 30:08d}-0000-4000-8000-000000000000",))
    options = {"filters": PUBLIC, "labels": ANYONE, "rows": 20, "sort": "id asc"}
    return {
        "cursor, first page": SearchQuery(cursor="*", **options),
        "cursor, last page": SearchQuery(cursor=last, **options),
    }


def measure_size(folder: Path, size: int) -> dict[str, tuple[float, float]]:
    """Fill an index and return p50 and p95 of each query and of saving one dataset."""
    engine = SqliteSearch(folder)
    begin = time.perf_counter()
    engine.rebuild(iter_documents(size))
    taken = time.perf_counter() - begin
    print(f"{size} datasets indexed in {taken:.1f} s", flush=True)  # noqa: T201
    queries = {**QUERIES, **walks(size)}
    results = {name: measure(engine, query) for name, query in queries.items()}
    results["save one dataset"] = measure_saving(engine)
    engine.close()
    return results


def run_benchmark(sizes: Sequence[int] = SIZES) -> None:
    """Print p50 and p95 of each query at each size, and the growth of p50 from first to last."""
    with tempfile.TemporaryDirectory() as folder:
        found = [measure_size(Path(folder) / str(size), size) for size in sizes]
    rows = []
    for name in found[0]:
        cells = [f"{one[name][0]:.2f} / {one[name][1]:.2f} ms" for one in found]
        rows.append([name, *cells, times_of(found[-1][name][0] / found[0][name][0])])
    head = ["p50 / p95", *(f"{size:,} datasets" for size in sizes), "growth of p50"]
    print_table("The search engine alone", head, rows)


if __name__ == "__main__":
    run_benchmark([int(size) for size in sys.argv[1:]] or SIZES)
