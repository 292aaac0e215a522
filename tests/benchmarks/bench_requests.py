"""What the web processes hold after many requests: memory that only grows is a leak.

A site without extensions answers the usual reading and writing requests, pages among them, in
turns. Memory is the sum of PSS of all web processes, taken between the rounds when they are idle;
the growth is that from the first round, after which everything is loaded, to the last one.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import psutil
import requests
from bench_site import bench_folder, running_site
from filled_site import fill_site
from measuring import MB, print_table, quick_wanted, times
from memory import family_of, part_of, pss_bytes

if TYPE_CHECKING:
    from acceptance.client import Client
    from acceptance.site import Site

DATASETS = 1_000
ROUNDS = 10
READS = (
    "/api/3/action/package_show?id=dataset-{number}",
    "/api/3/action/package_search?q=beads&rows=20",
    '/api/3/action/package_search?facet.field=["tags","organization"]&q=word{number}',
    "/api/3/action/organization_show?id=lab-a",
    "/api/3/action/status_show",
    "/api/3/action/package_show?id=nobody-{number}",
    "/dataset/dataset-{number}",
    "/dataset/?q=cells&page=2",
    "/dataset/dataset-{number}.jsonld",
)


def ask(session: requests.Session, client: Client, count: int, numbers: itertools.count) -> None:
    """Send so many requests; every tenth one saves a dataset."""
    for turn in range(count):
        number = next(numbers) % DATASETS
        if turn % 10 == 9:
            changed = {"id": f"dataset-{number}", "version": str(turn)}
            url = f"{client.url}/api/3/action/package_patch"
            answer = session.post(url, json=changed, timeout=60)
        else:
            path = READS[turn % 10 % len(READS)].format(number=number)
            answer = session.get(client.url + path, timeout=60)
        assert answer.status_code in {200, 404}, answer.text


def web_bytes(site: Site) -> int:
    """Return what all web processes hold together."""
    assert site.process is not None
    family = family_of(psutil.Process(site.process.pid))
    return sum(pss_bytes(one) for one in family if part_of(one) == "web")


def main() -> None:
    """Print the memory after each round."""
    total = 2_000 if quick_wanted(__doc__) else 20_000
    rows = []
    with bench_folder(), running_site({"ckan.plugins": ""}) as site:
        ada = site.people["ada"]
        circle = ada.get("organization_show", id="lab-a").result["id"]
        fill_site(site.folder, circle, 0, DATASETS)
        numbers = itertools.count()
        with requests.Session() as session:
            session.headers["Authorization"] = ada.token
            first = 0
            for turn in range(1, ROUNDS + 1):
                ask(session, ada, total // ROUNDS, numbers)
                held = web_bytes(site)
                first = first or held
                asked = f"{turn * total // ROUNDS:,}"
                rows.append([asked, f"{held / MB:.0f} MB", times(held / first)])
    print_table("Memory of the web processes", ["requests", "held", "to the first round"], rows)


if __name__ == "__main__":
    main()
