"""How the API's answers slow down as a site fills with datasets.

A site without extensions, asked over HTTP by one client on one connection: median and 95th
percentile. The growth is that of the median, from the smallest site to the largest one.
"""

from __future__ import annotations

import itertools
import json
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import requests
from bench_site import bench_folder, running_site
from filled_site import fill_site
from measuring import milliseconds, print_table, quick_wanted, seconds_of, times

if TYPE_CHECKING:
    from collections.abc import Callable

    from acceptance.client import Client
    from acceptance.site import Site

PAUSE_S = 0.2
FACETS = json.dumps(["organization", "groups", "tags", "res_format", "license_id"])
SEARCHES: dict[str, dict[str, Any]] = {
    "package_search, everything": {},
    "package_search, a common word": {"q": "beads"},
    "package_search, a rare word": {"q": "word4711"},
    "package_search, a tag, five facets": {"fq": 'tags:"tag77"', "facet.field": FACETS},
    "package_search, five facets": {"facet.field": FACETS},
    "package_search, a page of 100": {"rows": 100},
    "package_search, the last page": {"start": -10},
    "package_search, by cursor": {"cursor": "*"},
}


class Caller:
    """Asks a site in all the ways that are measured."""

    def __init__(self, client: Client, size: int) -> None:
        self.api = f"{client.url}/api/3/action"
        self.size = size
        self.session = requests.Session()
        self.session.headers["Authorization"] = client.token
        self.numbers = itertools.count(size)
        self.made = 0

    def questions(self) -> dict[str, Callable[[], Any]]:
        """Return what is measured, by name."""
        searches = {name: self.search(params) for name, params in SEARCHES.items()}
        return {
            "package_show": lambda: self.get("package_show", id=f"dataset-{self.number()}"),
            **searches,
            "package_create": self.create,
            "package_patch": lambda: self.patch(f"dataset-{self.number()}"),
            "package_revise": lambda: self.revise(f"dataset-{self.number()}"),
        }

    def search(self, params: dict[str, Any]) -> Callable[[], Any]:
        """Return a search; a negative start counts from the end."""
        start = params.get("start", 0)
        asked = params | {"start": start + self.size if start < 0 else start}
        return lambda: self.get("package_search", **asked)

    def number(self) -> int:
        """Return the number of another dataset each time."""
        return next(self.numbers) * 37 % self.size

    def get(self, action: str, **params: Any) -> Any:
        """Call a reading action."""
        answer = self.session.get(f"{self.api}/{action}", params=params, timeout=60)
        assert answer.status_code == 200, answer.text
        return answer.json()["result"]

    def create(self) -> None:
        """Make a dataset."""
        number = next(self.numbers)
        tags = [{"name": f"tag{number % 100}"}]
        title = f"Cells of donor {number}"
        self.post("package_create", name=f"new-{number}", title=title, owner_org="lab-a", tags=tags)
        self.made += 1

    def patch(self, name: str) -> None:
        """Save a change of one dataset."""
        self.post("package_patch", id=name, version=str(next(self.numbers)))

    def revise(self, name: str) -> None:
        """Save a change of one dataset's first resource."""
        text = f"revision {next(self.numbers)}"
        self.post(
            "package_revise", match={"name": name}, update__resources__0={"description": text}
        )

    def post(self, action: str, **params: Any) -> None:
        """Call a writing action."""
        answer = self.session.post(f"{self.api}/{action}", json=params, timeout=60)
        assert answer.status_code == 200, answer.text


def measure(caller: Caller, repeats: int) -> dict[str, tuple[float, float]]:
    """Return the median and the 95th percentile of each question, in seconds."""
    questions = caller.questions()
    taken: dict[str, list[float]] = {name: [] for name in questions}
    for turn in range(repeats + 2):
        for name, question in questions.items():  # in turns: noise meets all alike
            seconds = seconds_of(question)
            if turn > 1:
                taken[name].append(seconds)
    return {
        name: (statistics.median(seconds), statistics.quantiles(seconds, n=20)[-1])
        for name, seconds in taken.items()
    }


def rebuild_while_asked(site: Site, caller: Caller) -> None:
    """Rebuild the index of the site, asking all the while: nothing may be missing."""
    expected = caller.get("package_search", rows=0)["count"]
    counts, seconds = [], []
    begin = time.perf_counter()
    with ThreadPoolExecutor(1) as pool:
        rebuilding = pool.submit(site.cli, "search-index", "rebuild", "--quiet")
        while not rebuilding.done():
            started = time.perf_counter()
            counts.append(caller.get("package_search", q="*:*", rows=20)["count"])
            seconds.append(time.perf_counter() - started)
            time.sleep(PAUSE_S)
        rebuilding.result()
    took = time.perf_counter() - begin
    assert min(counts) == expected, f"{min(counts)} of {expected} were found"
    row = [f"{expected:,}", f"{took:.0f} s", str(len(counts)), f"{min(counts):,}"]
    head = ["datasets", "rebuilt in", "searches meanwhile", "fewest found", "p50 / p95"]
    middle, late = statistics.median(seconds), statistics.quantiles(seconds, n=20)[-1]
    spread = f"{milliseconds(middle)} / {milliseconds(late)}"
    print_table("The index is rebuilt while the site is searched", head, [[*row, spread]])


def main() -> None:
    """Print the times at each size, and the growth."""
    quick = quick_wanted(__doc__)
    sizes = (200, 2_000) if quick else (1_000, 20_000)
    repeats = 20 if quick else 40
    found: list[dict[str, tuple[float, float]]] = []
    present = made = 0
    with bench_folder(), running_site({"ckan.plugins": ""}) as site:
        ada = site.people["ada"]
        circle = ada.get("organization_show", id="lab-a").result["id"]
        for size in sizes:
            fill_site(site.folder, circle, present, size)
            caller = Caller(ada, size)
            assert caller.get("package_search", rows=0)["count"] == size + made
            found.append(measure(caller, repeats))
            present, made = size, made + caller.made
        rebuild_while_asked(site, caller)
    rows = []
    for name in found[0]:
        cells = [f"{milliseconds(one[name][0])} / {milliseconds(one[name][1])}" for one in found]
        rows.append([name, *cells, times(found[-1][name][0] / found[0][name][0])])
    head = ["p50 / p95", *(f"{size:,} datasets" for size in sizes), "growth of p50"]
    print_table("Asking a site of many datasets", head, rows)


if __name__ == "__main__":
    main()
