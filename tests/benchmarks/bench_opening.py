"""What opening a measurement over the network costs through us, compared with plain nginx.

The same file, the same client (dclab), the same work: open it, read two features and ten
pictures from all over the file. Each time in a process of its own, as dclab remembers what it read.
"""

from __future__ import annotations

import multiprocessing
import warnings
from typing import TYPE_CHECKING, Any

import dclab
import numpy as np
import requests
from acceptance.desk import Deposit, Desk
from bench_site import bench_folder, running_site
from generated_events import write_events
from measuring import MB, Pairs, in_turns, print_table, quick_wanted, seconds_of, times
from static_peer import nginx_serving

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection
    from pathlib import Path

    from acceptance.client import Client
    from acceptance.site import Site

PICTURES = 10


def read_measurement(open_dataset: Callable[[], Any], events: int) -> None:
    """Open a measurement and read from it as somebody who looks at it does."""
    with open_dataset() as ds:
        assert len(ds) == events
        assert np.isfinite(ds["deform"][:]).all()
        assert np.isfinite(ds["area_um"][:]).all()
        for event in range(0, events, events // PICTURES):
            assert ds["image"][event].any()


def open_only(open_dataset: Callable[[], Any], events: int) -> None:
    """Open a measurement and read one feature."""
    with open_dataset() as ds:
        assert len(ds) == events
        assert np.isfinite(ds["deform"][:]).all()


def seconds_in_a_child(work: Callable[[], object]) -> float:
    """Return how long some work takes in a fork of this process, which remembers nothing."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_tell_seconds, args=(work, theirs))
    child.start()
    theirs.close()
    try:
        return float(ours.recv())
    finally:
        child.join()


def _tell_seconds(work: Callable[[], object], told: Connection) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a retry after a timeout would spoil the number
        told.send(seconds_of(work))


def deposit_file(client: Client, path: Path) -> Deposit:
    """Upload a file part by part and wait until all its jobs are done."""
    desk = Desk()
    dataset = desk.draft(client, private=False)
    place = client.get(
        "resource_upload_s3_urls",
        organization_id=dataset["owner_org"],
        file_size=path.stat().st_size,
    ).result
    with path.open("rb") as stream:
        stored = requests.put(place["upload_urls"][0], data=stream, timeout=600)
    assert stored.status_code == 200, stored.text
    added = desk.register(client, dataset, id=place["resource_id"], name=path.name)
    package = added.result["package"]
    deposit = Deposit(path=path, dataset=package, resource=package["resources"][-1])
    deposit = desk.processed(client, deposit)
    desk.revise(client, dataset, state="active")
    return deposit


def compare(site: Site, peer_url: str, path: Path, events: int, pairs: int) -> dict[str, Pairs]:
    """Return the timings of one file, by the way it was reached."""
    ed = site.people["ed"]
    deposit = deposit_file(ed, path)
    host = site.url.removeprefix("http://")
    page = f"{site.url}{deposit.page}/download/{path.name}"
    signed = requests.get(page, allow_redirects=False, timeout=30).headers["Location"]
    peer = f"{peer_url}/{path.name}"
    ways: dict[str, Callable[[], Any]] = {
        "signed address": lambda: dclab.new_dataset(signed),
        "download link": lambda: dclab.new_dataset(page),
        "dcserv (by id)": lambda: dclab.new_dataset(
            deposit.resource["id"], host=host, use_ssl=False
        ),
    }
    found = {}
    for work in (open_only, read_measurement):
        doing = {open_only: "open, one feature", read_measurement: "open, 10 pictures"}[work]
        for name, way in ways.items():
            found[f"{doing}; {name}"] = in_turns(
                lambda work=work, way=way: seconds_in_a_child(lambda: work(way, events)),
                lambda work=work: seconds_in_a_child(
                    lambda: work(lambda: dclab.new_dataset(peer), events)
                ),
                pairs,
            )
    return found


def main() -> None:
    """Print the ratios to nginx, and their growth with the file."""
    quick = quick_wanted(__doc__)
    small, large = (1_000, 10_000) if quick else (10_000, 100_000)
    pairs = 3 if quick else 5
    taken: dict[int, dict[str, Pairs]] = {}
    with bench_folder() as folder, running_site({}) as site:
        files = folder / "files"
        files.mkdir()
        with nginx_serving(files, folder / "nginx") as peer_url:
            for events in (small, large):
                path = write_events(files / f"events-{events}.rtdc", events)
                print(f"{path.name}: {path.stat().st_size / MB:.0f} MB", flush=True)  # noqa: T201
                taken[events] = compare(site, peer_url, path, events, pairs)
    rows = [
        [
            name,
            f"{taken[small][name].our_s:.3f} s",
            times(taken[small][name].ratio),
            f"{pair.our_s:.3f} s",
            f"{pair.peer_s:.3f} s",
            times(pair.ratio),
            times(pair.our_s / taken[small][name].our_s),
        ]
        for name, pair in taken[large].items()
    ]
    head = ["", f"{small} events", "to nginx", f"{large} events", "nginx", "to nginx", "growth"]
    print_table("Opening a measurement with dclab", head, rows)


if __name__ == "__main__":
    main()
