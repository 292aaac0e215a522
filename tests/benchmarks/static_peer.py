"""nginx as the peer that only serves files."""

from __future__ import annotations

import shutil
import socket
import subprocess
from contextlib import contextmanager
from string import Template
from typing import TYPE_CHECKING

import requests
from acceptance.waiting import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CONFIG = Template("""\
worker_processes 2;
daemon off;
user root;
pid $folder/nginx.pid;
error_log $folder/error.log;
events { worker_connections 256; }
http {
    access_log off;
    sendfile on;
    client_body_temp_path $folder/body;
    proxy_temp_path $folder/proxy;
    fastcgi_temp_path $folder/fastcgi;
    uwsgi_temp_path $folder/uwsgi;
    scgi_temp_path $folder/scgi;
    server { listen 127.0.0.1:$port; root $root; }
}
""")


def find_nginx() -> str | None:
    """Return the program, which is often in no user's path."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


@contextmanager
def nginx_serving(root: Path, folder: Path) -> Iterator[str]:
    """Serve the files below ``root`` on a free port; give the base URL."""
    program = find_nginx()
    if program is None:
        raise SystemExit("this benchmark needs nginx (Debian: apt-get install nginx-light)")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder.mkdir()
    config = folder / "nginx.conf"
    config.write_text(CONFIG.substitute(folder=folder, root=root, port=port))
    server = subprocess.Popen([program, "-e", folder / "error.log", "-c", config])
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(lambda: server.poll() is not None or _answers(url), 10)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=10)


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=1).status_code > 0
    except requests.ConnectionError:
        return False
