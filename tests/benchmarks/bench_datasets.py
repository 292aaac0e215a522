"""How the API's answers slow down as a site fills with datasets.

A site without extensions, asked over HTTP by one client on one connection; all times are medians.
The growth is that from the smaller site to the larger one.
"""

from __future__ import annotations

import itertools
import json
import statistics
from typing import TYPE_CHECKING, Any

import requests
from bench_site import bench_folder, running_site
from filled_site import fill_site
from measuring import milliseconds, print_table, quick_wanted, seconds_of, times

if TYPE_CHECKING:
    from collections.abc import Callable

    from acceptance.client import Client

FACETS = json.dumps(["organization", "groups", "tags", "res_format", "license_id"])
SEARCHES: dict[str, dict[str, Any]] = {
    "package_search, everything": {},
    "package_search, a common word": {"q": "beads"},
    "package_search, a rare word": {"q": "word4711"},
    "package_search, a tag, five facets": {"fq": 'tags:"tag77"', "facet.field": FACETS},
    "package_search, five facets": {"facet.field": FACETS},
    "package_search, a page of 100": {"rows": 100},
    "package_search, the last page": {"start": -10},
}


class Caller:
    """Asks a site in all the ways that are measured."""

    def __init__(self, client: Client, size: int) -> None:
        self.api = f"{client.url}/api/3/action"
        self.size = size
        self.session = requests.Session()
        self.session.headers["Authorization"] = client.token
        self.numbers = itertools.count(1)

    def questions(self) -> dict[str, Callable[[], Any]]:
        """Return what is measured, by name."""
        searches = {name: self.search(params) for name, params in SEARCHES.items()}
        return {
            "package_show": lambda: self.get("package_show", id=f"dataset-{self.number()}"),
            **searches,
            "package_patch (saves and indexes)": lambda: self.patch(f"dataset-{self.number()}"),
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

    def patch(self, name: str) -> None:
        """Save a change of one dataset."""
        changed = {"id": name, "version": str(next(self.numbers))}
        answer = self.session.post(f"{self.api}/package_patch", json=changed, timeout=60)
        assert answer.status_code == 200, answer.text


def measure(client: Client, size: int, repeats: int) -> dict[str, float]:
    """Return the median seconds of each question on a site with ``size`` datasets."""
    caller = Caller(client, size)
    assert caller.get("package_search", rows=0)["count"] == size
    questions = caller.questions()
    taken: dict[str, list[float]] = {name: [] for name in questions}
    for turn in range(repeats + 2):
        for name, question in questions.items():  # in turns: noise meets all alike
            seconds = seconds_of(question)
            if turn > 1:
                taken[name].append(seconds)
    return {name: statistics.median(seconds) for name, seconds in taken.items()}


def main() -> None:
    """Print the medians at two sizes, and the growth."""
    quick = quick_wanted(__doc__)
    sizes = (200, 2_000) if quick else (1_000, 20_000)
    repeats = 15 if quick else 40
    with bench_folder(), running_site({"ckan.plugins": ""}) as site:
        ada = site.people["ada"]
        circle = ada.get("organization_show", id="lab-a").result["id"]
        found = []
        for present, size in zip((0, *sizes), sizes, strict=False):
            fill_site(site.folder, circle, present, size)
            found.append(measure(ada, size, repeats))
    small, large = found
    rows = [
        [
            name,
            milliseconds(small[name]),
            milliseconds(large[name]),
            times(large[name] / small[name]),
        ]
        for name in small
    ]
    head = ["", *(f"{size} datasets" for size in sizes), "growth"]
    print_table("Asking a site of many datasets", head, rows)


if __name__ == "__main__":
    main()
