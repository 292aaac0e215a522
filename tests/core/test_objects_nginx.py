"""Objects through a real nginx, which sends the bytes itself (``X-Accel-Redirect``)."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import socket
import subprocess
import threading
import time
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
import requests
from flask import Flask
from werkzeug.serving import make_server

from cytotheca.core.api.objects import objects_blueprint
from cytotheca.core.storage.layout import Artifact, artifact_ref
from cytotheca.core.storage.local import LocalStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
USER = "user root;" if os.geteuid() == 0 else ""  # else root's nginx changes to "nobody"
CONFIGURATION = """
{user}
daemon off;
pid {root}/nginx.pid;
error_log {root}/error.log;
events {{}}
http {{
  access_log off;
  client_body_temp_path {root}/body;
  proxy_temp_path {root}/proxy;
  fastcgi_temp_path {root}/fastcgi;
  uwsgi_temp_path {root}/uwsgi;
  scgi_temp_path {root}/scgi;
  server {{
    listen 127.0.0.1:{port};
    location /objects/ {{
      proxy_pass http://127.0.0.1:{backend_port};
      proxy_http_version 1.1;
      proxy_request_buffering off;
      client_max_body_size 0;
    }}
    location /_objects/ {{
      internal;
      alias {store}/objects/;
      disable_symlinks on;
      etag off;
      add_header ETag $upstream_http_etag always;
      add_header X-Content-Type-Options $upstream_http_x_content_type_options always;
      add_header Content-Security-Policy $upstream_http_content_security_policy always;
      add_header Access-Control-Allow-Origin $upstream_http_access_control_allow_origin always;
      add_header Access-Control-Expose-Headers
        $upstream_http_access_control_expose_headers always;
    }}
  }}
}}
"""

pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def gateway(root: Path, site_url: str) -> Iterator[tuple[LocalStore, int]]:
    store = LocalStore(root, site_url, "a secret for the tests")
    app = Flask("gateway")
    app.register_blueprint(objects_blueprint(store, accel_prefix="/_objects"))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield store, server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextlib.contextmanager
def nginx(root: Path, **values: object) -> Iterator[None]:
    configuration = root / "nginx.conf"
    configuration.write_text(CONFIGURATION.format(root=root, user=USER, **values))
    with subprocess.Popen([NGINX, "-p", root, "-c", configuration]) as process:
        try:
            wait_until_listening(values["port"])
            yield
        finally:
            process.terminate()


def wait_until_listening(port: int) -> None:
    deadline = time.monotonic() + 10
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        assert time.monotonic() < deadline, "nginx does not listen"
        time.sleep(0.02)


def test_nginx_sends_what_the_gateway_allows(tmp_path):
    port, ref = free_port(), artifact_ref("circle-a", Artifact.RESOURCE, str(uuid4()))
    data = b"0123456789" * 100
    quoted = f'"{hashlib.md5(data, usedforsecurity=False).hexdigest()}"'
    with (
        gateway(tmp_path / "store", f"http://127.0.0.1:{port}") as (store, backend_port),
        nginx(tmp_path, port=port, backend_port=backend_port, store=store.paths.root),
    ):
        sent = requests.put(
            store.begin_upload(ref, size_bytes=1000, lifetime_s=60).upload_urls[0],
            data=data,
            timeout=5,
        )
        url = store.sign_download(ref, lifetime_s=600, filename="Zellen ä.rtdc").url
        whole = requests.get(url, timeout=5)
        part = requests.get(url, headers={"Range": "bytes=995-"}, timeout=5)
        refused = requests.get(store.object_url(ref), timeout=5)
        outside = requests.get(
            f"http://127.0.0.1:{port}/_objects/{ref.bucket}/{ref.key}", timeout=5
        )
    assert (sent.status_code, sent.headers["ETag"]) == (200, quoted)
    assert (whole.status_code, whole.content, whole.headers["ETag"]) == (200, data, quoted)
    assert (part.status_code, part.content) == (206, b"56789")
    assert part.headers["Content-Range"] == "bytes 995-999/1000"
    for answer in (whole, part):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert "filename*=UTF-8''Zellen%20%C3%A4.rtdc" in answer.headers["Content-Disposition"]
    assert (refused.status_code, refused.reason) == (403, "FORBIDDEN")
    assert outside.status_code == 404
