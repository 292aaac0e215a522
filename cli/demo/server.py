"""The site of the demonstration, served by a process of its own."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cytotheca.cli.serve import is_ready
from cytotheca.cli.supervision.launch import launched

FIRST_PORT = 5000
START_SECONDS = 120
STOP_SECONDS = 60


class NotStarted(Exception):
    """The site did not come up; the text says why."""


def free_port(first: int = FIRST_PORT) -> int:
    """Return the first port from ``first`` on that nobody listens on."""
    for port in range(first, first + 100):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise NotStarted(f"no port between {first} and {first + 99} is free; choose one with --port")


@contextmanager
def running_site(site_dir: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Serve a site while the block runs; afterwards nothing of it is left."""
    command = (sys.executable, "-P", "-m", "cytotheca.cli.main", "--site", str(site_dir))
    log = site_dir / "logs" / "serve.log"
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - the command is ours
            launched(*command, "serve", "--port", str(port)),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches the demo alone, which then stops the site
        )
    try:
        _await_ready(process, f"http://127.0.0.1:{port}", log)
        yield process
    finally:
        _stop(process)


def _await_ready(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not is_ready(address):
        if process.poll() is not None:
            said = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            raise NotStarted("\n".join(said[-3:]) or f"the site ended at once; see {log}")
        if time.monotonic() > deadline:
            raise NotStarted(f"the site is not ready after {START_SECONDS} s; see {log.parent}")
        time.sleep(0.2)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGINT)  # the second wish: without waiting
        process.wait(timeout=STOP_SECONDS)
