"""What an upload costs compared with ``cp`` and ``sha256sum`` of the same file.

Both times end with the bytes on disk and their SHA-256 known: ours when the site tells the sum, the
peer's after ``cp``, ``sync`` and ``sha256sum``. The column "taken" is ours until the site has
acknowledged the file as a resource, that is, before its jobs.
"""

from __future__ import annotations

import subprocess
import time
from typing import TYPE_CHECKING

from acceptance.desk import Desk
from bench_site import bench_folder, running_site
from measuring import GIB, MB, Pairs, in_turns, print_table, quick_wanted, seconds_of, times
from transfers import put_file, write_random

if TYPE_CHECKING:
    from pathlib import Path

    from acceptance.site import Site


class Upload:
    """Uploads a file again and again, each time into a draft that is purged afterwards."""

    def __init__(self, site: Site, path: Path) -> None:
        self.client = site.people["ed"]
        self.admin = site.people["ada"]
        self.path = path
        self.taken: list[float] = []

    def __call__(self) -> float:
        """Return the seconds until the site knows the digest."""
        dataset = Desk.draft(self.client)
        begin = time.perf_counter()
        rid = put_file(self.client, dataset, self.path)
        Desk.register(self.client, dataset, id=rid, name=self.path.name)
        self.taken.append(time.perf_counter() - begin)
        while "sha256" not in self.client.get("resource_show", id=rid).result:
            time.sleep(0.02)
        seconds = time.perf_counter() - begin
        assert self.admin.post("dataset_purge", id=dataset["id"]).status == 200
        return seconds


def copy_and_hash(path: Path, copy: Path) -> float:
    """Return the seconds that the tools of the system take."""
    seconds = seconds_of(
        lambda: [
            subprocess.run(["cp", path, copy], check=True),
            subprocess.run(["sync", copy], check=True),
            subprocess.run(["sha256sum", copy], check=True, stdout=subprocess.DEVNULL),
        ]
    )
    copy.unlink()
    return seconds


def main() -> None:
    """Print the ratios to the system's tools, and their growth with the file."""
    quick = quick_wanted(__doc__)
    sizes = (10 * MB, 100 * MB) if quick else (100 * MB, GIB)
    rows = []
    first: Pairs | None = None
    with bench_folder() as folder, running_site({}) as site:
        for size in sizes:
            path = write_random(folder / f"{size // MB}.txt", size)
            upload = Upload(site, path)
            pair = in_turns(
                upload, lambda path=path: copy_and_hash(path, path.with_suffix(".copy")), 5
            )
            path.unlink()
            first = first or pair
            taken = sorted(upload.taken)[len(upload.taken) // 2]
            growth = pair.our_s / first.our_s / (size / sizes[0])
            rows.append(
                [
                    f"{size / MB:.0f} MB",
                    f"{taken:.2f} s",
                    f"{pair.our_s:.2f} s",
                    f"{pair.peer_s:.2f} s",
                    times(pair.ratio),
                    times(growth),
                ]
            )
    head = ["", "taken", "with SHA-256", "cp, sync, sha256sum", "to peer", "growth per byte"]
    print_table("Uploading a file", head, rows)


if __name__ == "__main__":
    main()
