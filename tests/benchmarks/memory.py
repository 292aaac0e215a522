"""What the processes of a site hold in memory and on disk, sampled while something happens.

Memory is PSS: pages that several processes share count once. A worker counts with everything that
it started, the room in which measurements are read included.
"""

from __future__ import annotations

import contextlib
import os
import stat
import threading
from collections import defaultdict
from typing import TYPE_CHECKING, Self

import psutil
from acceptance.site import command_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

    from acceptance.site import Site

PAUSE_S = 0.05
BLOCK_BYTES = 512


class Watch:
    """Samples a site from entering to leaving; keeps the peaks.

    ``memory`` holds the peak bytes of the largest web process and of the largest family of a
    worker, ``disk_bytes`` the peak of what the folder and deleted, still open files take.
    """

    def __init__(self, site: Site, folder: Path) -> None:
        assert site.process is not None
        self.memory: dict[str, int] = defaultdict(int)
        self.disk_bytes = 0
        self._root = psutil.Process(site.process.pid)
        self._folder = folder
        self._over = threading.Event()
        self._threads = [
            threading.Thread(target=self._repeat, args=(self._sample_memory, PAUSE_S)),
            threading.Thread(target=self._repeat, args=(self._sample_disk, 5 * PAUSE_S)),
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _repeat(self, sample: object, pause_s: float) -> None:
        assert callable(sample)
        sample()
        while not self._over.wait(pause_s):
            sample()
        sample()

    def _sample_memory(self) -> None:
        family = family_of(self._root)
        for kind, members in group(self._root, family).items():
            held = sum(pss_bytes(one) for one in members)
            name = kind.partition(" ")[0]
            self.memory[name] = max(self.memory[name], held)

    def _sample_disk(self) -> None:
        held = folder_bytes(self._folder) + deleted_bytes(family_of(self._root))
        self.disk_bytes = max(self.disk_bytes, held)


def family_of(root: psutil.Process) -> list[psutil.Process]:
    """Return a process and all that descend from it."""
    try:
        return [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def group(root: psutil.Process, family: list[psutil.Process]) -> dict[str, list[psutil.Process]]:
    """Return the processes by part: each web process by itself, each worker with its own."""
    parents = dict(_parents(family))
    groups: dict[str, list[psutil.Process]] = defaultdict(list)
    parts = {one.pid: name for one in family if (name := part_of(one))}
    for one in family:
        pid: int | None = one.pid
        while pid is not None and pid != root.pid:
            above = parents.get(pid)
            name = parts.get(pid)
            if name == "web" or (name == "worker" and parts.get(above or 0) != "worker"):
                groups[f"{name} {pid}"].append(one)
                break
            pid = above
    return groups


def _parents(family: list[psutil.Process]) -> Iterator[tuple[int, int]]:
    for one in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            yield one.pid, one.ppid()


def part_of(process: psutil.Process) -> str | None:
    """Return ``web`` or ``worker`` for the processes of these parts."""
    words = command_line(process)
    if any(word.startswith("gunicorn") for word in words):  # it names itself "gunicorn: master …"
        return "web"
    return "worker" if words[-1:] and "jobs" in words and "worker" in words else None


def pss_bytes(process: psutil.Process) -> int:
    """Return the proportional memory of a process; 0 if it is gone."""
    try:
        with open(f"/proc/{process.pid}/smaps_rollup") as stream:  # noqa: PTH123
            line = next((line for line in stream if line.startswith("Pss:")), "Pss: 0 kB")
        return 1024 * int(line.split()[1])
    except OSError:
        return 0


def folder_bytes(folder: Path) -> int:
    """Return what the files below a folder take on disk; a file of two names counts once."""
    held: dict[tuple[int, int], int] = {}
    for root, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                status = os.lstat(os.path.join(root, name))  # noqa: PTH118
                held[status.st_dev, status.st_ino] = BLOCK_BYTES * status.st_blocks
    return sum(held.values())


def deleted_bytes(family: list[psutil.Process]) -> int:
    """Return what deleted files take that are still open."""
    found: dict[tuple[int, int], int] = {}
    for process in family:
        with contextlib.suppress(OSError):
            for entry in os.scandir(f"/proc/{process.pid}/fd"):
                with contextlib.suppress(OSError):
                    status = os.stat(entry.path)  # noqa: PTH116
                    if stat.S_ISREG(status.st_mode) and status.st_nlink == 0:
                        held = BLOCK_BYTES * status.st_blocks
                        found[status.st_dev, status.st_ino] = held
    return sum(found.values())
