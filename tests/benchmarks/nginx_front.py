"""nginx in front of a site, as docs/operators.md describes it."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin") or "nginx"
USER = "user root;" if os.geteuid() == 0 else ""  # else root's nginx changes to "nobody"
CONFIGURATION = """
{user}
daemon off;
worker_rlimit_nofile 8192;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  sendfile on;
  sendfile_max_chunk 256k;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port} backlog=2048;
    location / {{
      proxy_pass http://127.0.0.1:{backend};
      proxy_http_version 1.1;
      proxy_set_header Host 127.0.0.1:{backend};
      proxy_set_header X-Forwarded-For $remote_addr;
    }}
    location /_objects/ {{
      internal;
      alias {store}/objects/;
      etag off;
    }}
  }}
}}
"""


def configuration(folder: Path, *, port: int, backend: int | None, store: Path) -> str:
    """Return the configuration file."""
    return CONFIGURATION.format(user=USER, folder=folder, port=port, backend=backend, store=store)
