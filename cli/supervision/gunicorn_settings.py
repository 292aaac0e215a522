"""Settings of gunicorn that every site shares; the rest comes on its command line."""

from __future__ import annotations

import gc
import signal
from pathlib import Path
from typing import Any

from cytotheca.cli.loading import keep_loaded
from cytotheca.cli.supervision.death import die_with_parent

gc.disable()  # until the application is loaded

wsgi_app = "cytotheca.core.app:create_wsgi()"
# imported once, shared by all workers; the site connects to nothing before it is asked
preload_app = True
worker_class = "gthread"
graceful_timeout = 30
timeout = 120
keepalive = 5
# heartbeats must not wait for a slow disk
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - gunicorn's advice
# its default place is one per user, so that two sites would share it
control_socket_disable = True


def when_ready(arbiter: Any) -> None:
    """Share what was loaded with the workers, which are forked next."""
    del arbiter
    keep_loaded()


def post_fork(arbiter: Any, worker: Any) -> None:
    """Let a worker stop when the master is gone, also if that was killed."""
    del arbiter, worker
    die_with_parent(signal.SIGTERM)
