"""A PostgreSQL server of our own, and sites on it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from acceptance.waiting import give_up

from cytotheca.core.models.base import new_id
from cytotheca.core.operations import OperableSite
from cytotheca.core.site_factory import create_site

ROOT = os.geteuid() == 0


def run(*words: str | Path) -> None:
    subprocess.run(words, check=True, capture_output=True, user="nobody" if ROOT else None)


def find_tool(name: str) -> str:
    """Return a program of the server; Debian keeps them away from the usual folders."""
    homes = sorted(str(one) for one in Path("/usr/lib/postgresql").glob("*/bin"))
    path = shutil.which(name) or shutil.which(name, path=os.pathsep.join(reversed(homes)))
    return path or give_up("PostgreSQL is not installed here")


@contextmanager
def running_server() -> Iterator[str]:
    """A server of our own on a socket in a short path; yields the beginning of a URL."""
    initdb, pg_ctl = find_tool("initdb"), find_tool("pg_ctl")
    home = Path(tempfile.mkdtemp(prefix="pg-"))
    if ROOT:  # the server refuses to run as root
        shutil.chown(home, "nobody")
    data = home / "data"
    run(initdb, "-D", data, "-A", "trust", "-U", "postgres")
    options = f"-c listen_addresses= -c fsync=off -k {home}"
    run(pg_ctl, "-D", data, "-o", options, "-l", home / "log", "-w", "start")
    yield f"postgresql+psycopg://postgres@/postgres?host={home}"
    run(pg_ctl, "-D", data, "-m", "immediate", "stop")
    shutil.rmtree(home)


def empty_site(server: str, folder: Path) -> OperableSite:
    """Return a site on a fresh database without tables."""
    name = f"t{new_id()[:8]}"
    outer = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with outer.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    outer.dispose()
    return create_site(
        {
            "SECRET_KEY": "s" * 40,
            "ckan.site_url": "http://127.0.0.1:1",
            "ckan.redis.url": "redis://127.0.0.1:1/0",
            "cytotheca.site_dir": str(folder),
            "sqlalchemy.url": server.replace("/postgres?", f"/{name}?"),
            "ckan.storage_path": str(folder / "storage"),
        }
    )
