"""What the processes hold while a large file passes: memory, and room on disk.

A real measurement of more than 4 GB with uncompressed pictures is uploaded in parts, read by all
jobs (digest, metadata, condensed file, preview) and downloaded again; the same bytes are then sent
inside a form. Growth is above what the idle site holds, in the largest web process and in the
largest worker with all that it started. Disk is what the site takes more than before, as a multiple
of the file: 1 is the stored file itself.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from acceptance.desk import Deposit, Desk
from acceptance.waiting import wait_for
from bench_site import bench_folder, running_site
from generated_events import write_events
from measuring import MB, print_table, quick_wanted, seconds_of, times
from memory import Watch, folder_bytes
from transfers import download, post_form, put_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from acceptance.client import Client
    from acceptance.site import Site

IDLE_S = 3
JOBS_S = 900
LIMIT_MB = 300
#: 43 kB each, uncompressed: 4.3 GB
EVENTS = 100_000


class Passage:
    """The ways of one file through a site."""

    def __init__(self, site: Site, path: Path) -> None:
        self.site = site
        self.ed: Client = site.people["ed"]
        self.path = path
        self.dataset = Desk.draft(self.ed)
        self.resource_id = ""

    def upload(self) -> None:
        """Send the file in parts and register it."""
        self.resource_id = put_file(self.ed, self.dataset, self.path)
        added = Desk.register(self.ed, self.dataset, id=self.resource_id, name=self.path.name)
        self.dataset = added.result["package"]

    def process(self) -> None:
        """Wait for the jobs."""
        deposit = Deposit(
            path=self.path, dataset=self.dataset, resource=self.dataset["resources"][-1]
        )

        def derived(name: str) -> bool:
            head = self.ed.fetch(f"{deposit.page}/{name}", "HEAD", allow_redirects=False)
            return head.status_code in {200, 302}

        def shown() -> set[str]:
            return set(self.ed.get("resource_show", id=self.resource_id).result)

        wait_for(lambda: {"sha256", "etag"} <= shown(), JOBS_S)
        wait_for(lambda: derived("condensed.rtdc") and derived("preview.jpg"), JOBS_S)

    def fetch(self) -> None:
        """Download the file and compare digests."""
        shown = self.ed.get("resource_show", id=self.resource_id).result
        page = f"/dataset/{self.dataset['id']}/resource/{self.resource_id}/download"
        signed = self.ed.fetch(page, allow_redirects=False).headers["Location"]
        assert download(signed) == shown["sha256"]

    def send_form(self) -> None:
        """Send the file inside a form, under a name that no job reads."""
        as_text = self.path.with_suffix(".txt")
        as_text.hardlink_to(self.path)
        resource = post_form(self.ed, Desk.draft(self.ed), as_text)
        as_text.unlink()
        assert resource["size"] == self.path.stat().st_size


@dataclass(frozen=True, slots=True, kw_only=True)
class Peak:
    """What one way of a file took."""

    size: int
    way: str
    seconds: float
    memory: Mapping[str, int]
    disk_bytes: int

    def cells(self, idle: Mapping[str, int]) -> list[str]:
        """Return a row of the table."""
        growth = {kind: (self.memory[kind] - idle[kind]) / MB for kind in ("web", "worker")}
        return [
            f"{self.size / MB:.0f} MB",
            self.way,
            f"{self.seconds:.0f} s",
            f"{idle['web'] / MB:.0f} MB",
            f"{growth['web']:+.0f} MB",
            f"{idle['worker'] / MB:.0f} MB",
            f"{growth['worker']:+.0f} MB",
            times(self.disk_bytes / self.size),
        ]


def iter_peaks(site: Site, path: Path, events: int) -> Iterator[Peak]:
    """Send a new file through a site, way by way; temporary files lie beside it."""
    write_events(path, events, compressed=False)
    passage = Passage(site, path)
    ways: dict[str, Callable[[], None]] = {
        "upload in parts": passage.upload,
        "jobs": passage.process,
        "download": passage.fetch,
        "upload in a form": passage.send_form,
    }
    for name, way in ways.items():
        before = folder_bytes(path.parent)
        with Watch(site, path.parent) as watch:
            seconds = seconds_of(way)
        yield Peak(
            size=path.stat().st_size,
            way=name,
            seconds=seconds,
            memory=watch.memory,
            disk_bytes=watch.disk_bytes - before,
        )
    path.unlink()


def idle_memory(site: Site) -> dict[str, int]:
    """Return what the site holds when it has nothing to do, but has worked before."""
    with Watch(site, site.folder.parent) as watch:
        time.sleep(IDLE_S)
    return watch.memory


def main() -> None:
    """Print the peaks at two sizes of the file."""
    sizes = (500, 5_000) if quick_wanted(__doc__) else (500, EVENTS)
    rows = []
    with bench_folder() as folder, running_site({}) as site:
        for events in sizes:
            idle = idle_memory(site)
            peaks = iter_peaks(site, folder / f"events-{events}.rtdc", events)
            rows += [peak.cells(idle) for peak in peaks]
    head = ["file", "way", "took", "web idle", "web growth", "worker idle", "worker growth", "disk"]
    print_table(f"A large file passes (limit of growth: {LIMIT_MB} MB)", head, rows)


if __name__ == "__main__":
    main()
