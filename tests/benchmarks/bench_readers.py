"""A thousand readers at once (L7): what a page takes meanwhile, and whether anybody is turned away.

nginx stands in front and sends the bytes of files (``X-Accel-Redirect``), as in operation. Nine of
ten readers download a large file, slowly; the others ask for pages, ``dcserv`` and single
ranges, each with a pause. The latency of a page is that of the idle site and that of the busy
one, in the same run.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import random
import resource
import socket
import statistics
import subprocess
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import requests
from acceptance.desk import Deposit, Desk
from acceptance.waiting import wait_for
from bench_site import bench_folder, running_site
from generated_events import write_events
from measuring import MB, milliseconds, print_table, quick_wanted, times
from nginx_front import NGINX, configuration
from transfers import put_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from acceptance.site import Site

SLOW_BYTES, SLOW_PAUSE_S = 64 * 1024, 1.0
ASK_PAUSE_S = 10.0
JOBS_S = 900
PAGES = 60


@dataclass
class Tally:
    """What the readers met."""

    bytes: int = 0
    asked: int = 0
    refused: list[str] = field(default_factory=list)


@contextlib.contextmanager
def front(site: Site, folder: Path) -> Iterator[int]:
    """Run nginx in front of a site; give its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    backend = urlsplit(site.url).port
    conf = folder / "nginx.conf"
    conf.write_text(
        configuration(folder, port=port, backend=backend, store=site.folder / "storage")
    )
    process = subprocess.Popen([NGINX, "-p", folder, "-c", conf])
    try:
        wait_for(lambda: is_up(port), 20)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=20)


def is_up(port: int) -> bool:
    """Tell whether nginx passes requests on."""
    try:
        return requests.get(f"http://127.0.0.1:{port}/health/live", timeout=5).status_code == 200
    except requests.ConnectionError:
        return False


async def answer_of(
    port: int, path: str, *headers: str
) -> tuple[int, asyncio.StreamReader, object]:
    """Send a request and read its head; the body is left to the caller."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", "Connection: close", *headers, "", ""]
    writer.write("\r\n".join(lines).encode())
    await writer.drain()
    head = await reader.readuntil(b"\r\n\r\n")
    return int(head.split(b" ", 2)[1]), reader, writer


async def download_slowly(port: int, path: str, size: int, tally: Tally, end: float) -> None:
    """Read a file from some place on, as a slow line does."""
    start = random.randrange(size // 2)  # noqa: S311 - a place to begin
    status, reader, writer = await answer_of(port, path, f"Range: bytes={start}-")
    if status != 206:
        tally.refused.append(f"download: {status}")
    while time.monotonic() < end and (block := await reader.read(SLOW_BYTES)):
        tally.bytes += len(block)
        await asyncio.sleep(SLOW_PAUSE_S)
    writer.close()


async def ask_again_and_again(
    port: int, paths: Sequence[str], size: int, tally: Tally, end: float
) -> None:
    """Ask for small things, with a pause after each."""
    await asyncio.sleep(random.uniform(0, ASK_PAUSE_S))  # noqa: S311 - not all at once
    for path in itertools.cycle(paths):
        if time.monotonic() > end:
            return
        start = random.randrange(size - 1000)  # noqa: S311 - a place to begin
        headers = [f"Range: bytes={start}-{start + 999}"] if "/objects/" in path else []
        status, reader, writer = await answer_of(port, path, *headers)
        await reader.read()
        writer.close()
        tally.asked += 1
        if status not in {200, 206}:
            tally.refused.append(f"{path}: {status}")
        await asyncio.sleep(ASK_PAUSE_S)


async def crowd(port: int, download: str, paths: Sequence[str], size: int, seconds: float) -> Tally:
    """Let a thousand readers read for a while, and measure a page meanwhile."""
    tally, end = Tally(), time.monotonic() + seconds
    slow = [download_slowly(port, download, size, tally, end) for _ in range(900)]
    asking = [ask_again_and_again(port, paths, size, tally, end) for _ in range(100)]
    await asyncio.gather(*slow, *asking)
    return tally


def page_latency(port: int, path: str, count: int, pause_s: float) -> list[float]:
    """Return how long a page took, again and again."""
    taken = []
    for _ in range(count):
        begin = time.perf_counter()
        answer = requests.get(f"http://127.0.0.1:{port}{path}", timeout=60)
        taken.append(time.perf_counter() - begin)
        assert answer.status_code == 200
        time.sleep(pause_s)
    return taken


def deposit_of(site: Site, path: Path) -> Deposit:
    """Publish a large measurement."""
    ed = site.people["ed"]
    dataset = Desk.draft(ed, private=False)
    rid = put_file(ed, dataset, path)
    added = Desk.register(ed, dataset, id=rid, name=path.name).result["package"]
    deposit = Deposit(path=path, dataset=added, resource=added["resources"][-1])
    wait_for(
        lambda: ed.fetch(f"{deposit.page}/preview.jpg", "HEAD", allow_redirects=False).ok, JOBS_S
    )
    assert Desk.revise(ed, added, state="active").status == 200
    return deposit


async def measure(port: int, page: str, readers: tuple[str, list[str], int], count: int) -> tuple:
    """Return the latencies of the idle and of the busy site, and what the readers met."""
    loop = asyncio.get_running_loop()
    idle = await loop.run_in_executor(None, page_latency, port, page, count, 0.2)
    download, paths, size = readers
    reading = asyncio.create_task(crowd(port, download, paths, size, count * 0.5 + 15))
    await asyncio.sleep(10)  # until all of them are connected
    busy = await loop.run_in_executor(None, page_latency, port, page, count, 0.2)
    return idle, busy, await reading


def main() -> None:
    """Print the latencies and their ratio."""
    quick = quick_wanted(__doc__)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 8192)), hard))
    options = {
        "cytotheca.accel_prefix": "/_objects",
        "cytotheca.trusted_proxies": "127.0.0.1",
    }
    with bench_folder() as folder, running_site(options) as site:
        path = folder / "large.rtdc"
        write_events(path, 2_000 if quick else 25_000, compressed=False)
        size = path.stat().st_size
        deposit = deposit_of(site, path)
        page = f"/dataset/{deposit.dataset['name']}"
        location = requests.get(
            f"{site.url}{deposit.page}/download/x", allow_redirects=False, timeout=30
        ).headers["Location"]
        signed = location.removeprefix(site.url)
        rid = deposit.resource["id"]
        paths = [page, f"/api/3/action/dcserv?id={rid}&query=metadata", signed, "/dataset/?q=beads"]
        with front(site, folder) as port:
            idle, busy, tally = asyncio.run(
                measure(port, page, (signed, paths, size), 20 if quick else PAGES)
            )
    before, during = statistics.median(idle), statistics.median(busy)
    row = [
        f"{size / MB:.0f} MB",
        milliseconds(before),
        milliseconds(during),
        times(during / before),
        f"{tally.bytes / MB:.0f} MB",
        str(tally.asked),
        str(len(tally.refused)),
    ]
    head = ["file", "page, idle", "page, busy", "ratio", "read", "small answers", "refused"]
    print_table("1000 readers at once (limit of the ratio: 3)", head, [row])
    for text in sorted(set(tally.refused))[:5]:
        print(text)  # noqa: T201


if __name__ == "__main__":
    main()
