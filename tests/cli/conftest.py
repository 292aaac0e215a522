"""Sites made and run by the command line, in short folders on free ports."""

from __future__ import annotations

import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator

import pytest

COMMAND = pathlib.Path(sys.executable).with_name("cytotheca")

Cli = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def cli() -> Cli:
    """Run the installed command and return what came of it."""

    def run(*words: object, text: str | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [COMMAND, *map(str, words)],
            input=text,
            stdin=subprocess.DEVNULL if text is None else None,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.fixture
def folder() -> Iterator[pathlib.Path]:
    """A new folder with a short path, because sockets need one."""
    made = pathlib.Path(tempfile.mkdtemp(prefix="cyt-"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def site_folder(cli, folder) -> pathlib.Path:
    """The folder of a new site."""
    made = folder / "site"
    done = cli("init", made, "--url", f"http://127.0.0.1:{free_port()}")
    assert done.returncode == 0, done.stderr
    return made


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
