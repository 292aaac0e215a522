"""Stands between a client and a site, and spoils downloads the way networks do."""

from __future__ import annotations

import http.server
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import requests

if TYPE_CHECKING:
    from collections.abc import Iterator

HOP = {"connection", "transfer-encoding", "content-encoding", "content-length", "date", "server"}


class MoodyRelay(http.server.ThreadingHTTPServer):
    """Passes everything on; files as its mood is: ``hold``, ``cut``, ``damage`` or none.

    ``hold`` sends half of a file and waits, ``cut`` sends half and hangs up, once;
    ``damage`` turns bytes over. ``ranges`` are those that were asked for.
    """

    daemon_threads = True

    def __init__(self, site_url: str) -> None:
        super().__init__(("127.0.0.1", 0), Passing)
        self.site_url = site_url
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.mood = ""
        self.ranges: list[str] = []
        self.released = threading.Event()

    def handle_error(self, request, client_address) -> None:
        """Say nothing: clients are killed on purpose."""


class Passing(http.server.BaseHTTPRequestHandler):
    """Passes one request on."""

    server: MoodyRelay

    def do_GET(self) -> None:
        self.forward(None)

    def do_POST(self) -> None:
        self.forward(self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def forward(self, body: bytes | None) -> None:
        headers = {key: value for key, value in self.headers.items() if key.lower() != "host"}
        answer = requests.request(
            self.command,
            self.server.site_url + self.path,
            headers=headers,
            data=body,
            allow_redirects=False,
            timeout=60,
        )
        self.send_response(answer.status_code, answer.reason)
        for key, value in answer.headers.items():
            if key.lower() not in HOP:
                self.send_header(key, value.replace(self.server.site_url, self.server.url))
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        self.send(answer.content)

    def send(self, content: bytes) -> None:
        mood = self.server.mood if self.path.startswith("/objects/") else ""
        if self.path.startswith("/objects/"):
            self.server.ranges.append(self.headers.get("Range", ""))
        if mood == "damage":
            content = content[::-1]
        if mood in {"hold", "cut"}:
            self.wfile.write(content[: len(content) // 2])
            self.wfile.flush()
            self.server.mood = ""
            self.close_connection = True
            if mood == "hold":
                self.server.released.wait(60)
            return
        self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def moody_relay(site_url: str) -> Iterator[MoodyRelay]:
    """Run a relay in front of a site."""
    relay = MoodyRelay(site_url)
    thread = threading.Thread(target=relay.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield relay
    finally:
        relay.released.set()
        relay.shutdown()
        thread.join()
        relay.server_close()
