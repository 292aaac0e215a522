"""A gateway in a process of its own: ``gateway_server.py ROOT PORT MAX_PART_BYTES``."""

from __future__ import annotations

import sys
from pathlib import Path

from flask import Flask
from gunicorn.app.base import BaseApplication

from cytotheca.core.api.objects import objects_blueprint
from cytotheca.core.storage.local import LocalStore


class Gateway(BaseApplication):
    """Gunicorn with one process of several threads."""

    def __init__(self, root: Path, port: int, max_part_bytes: int) -> None:
        self._root, self._port, self._max_part_bytes = root, port, max_part_bytes
        super().__init__()

    def load_config(self) -> None:
        self.cfg.set("bind", f"127.0.0.1:{self._port}")
        self.cfg.set("worker_class", "gthread")
        self.cfg.set("threads", 8)

    def load(self) -> Flask:
        url = f"http://127.0.0.1:{self._port}"
        store = LocalStore(
            self._root, url, "a secret for the tests", max_part_bytes=self._max_part_bytes
        )
        app = Flask("gateway")
        app.config["MAX_CONTENT_LENGTH"] = 1000  # the site's limit must not matter here
        app.register_blueprint(objects_blueprint(store))
        return app


if __name__ == "__main__":
    Gateway(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])).run()
