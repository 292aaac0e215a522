"""Sites made and run by the command line, in short folders on free ports."""

from __future__ import annotations

import os
import pathlib
import pty
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence

import pytest
from click.testing import CliRunner

from cytotheca.cli.main import main

COMMAND = pathlib.Path(sys.executable).with_name("cytotheca")

BLANK_URL = "http://127.0.0.1:1"

Cli = Callable[..., "subprocess.CompletedProcess[str]"]
AtTerminal = Callable[..., tuple[int, str]]


@pytest.fixture
def cli() -> Cli:
    """Run the command in this process, which costs no imports, and return what came of it."""

    def run(*words: object, text: str | None = None) -> subprocess.CompletedProcess[str]:
        with CliRunner().isolation(input=text) as (out, err, _mixed):
            try:
                main([str(word) for word in words])
            except SystemExit as end:
                code = end.code
        streams = (stream.getvalue().decode() for stream in (out, err))
        return subprocess.CompletedProcess(words, int(code or 0), *streams)

    return run


@pytest.fixture
def installed() -> Cli:
    """Run the installed command in a process of its own."""

    def run(*words: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [COMMAND, *map(str, words)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.fixture
def at_terminal() -> AtTerminal:
    """Run the installed command at a terminal, answering each question when it appears."""

    def run(answers: Sequence[tuple[str, str]], *words: object) -> tuple[int, str]:
        keyboard, terminal = pty.openpty()
        with (
            os.fdopen(keyboard, "wb", buffering=0) as typing,
            subprocess.Popen(
                [COMMAND, *map(str, words)],
                stdin=terminal,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                start_new_session=True,  # or it would ask at the terminal of the tests
            ) as process,
        ):
            os.close(terminal)
            assert process.stderr is not None
            said = ""
            for question, answer in answers:
                seen = ""
                while question not in seen and (byte := process.stderr.read(1)):
                    seen += byte.decode(errors="replace")
                said += seen
                typing.write(f"{answer}\n".encode())
            said += process.stderr.read().decode()
        return process.returncode, said

    return run


@pytest.fixture
def folder() -> Iterator[pathlib.Path]:
    """A new folder with a short path, because sockets need one."""
    made = pathlib.Path(tempfile.mkdtemp(prefix="cyt-"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(scope="session")
def blank_folder() -> Iterator[pathlib.Path]:
    """The folder of a new site, to be copied."""
    home = pathlib.Path(tempfile.mkdtemp(prefix="cyt-"))
    done = subprocess.run(
        [COMMAND, "init", home / "site", "--url", BLANK_URL],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    yield home / "site"
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def site_folder(blank_folder, folder) -> pathlib.Path:
    """The folder of a new site."""
    made = folder / "site"
    shutil.copytree(blank_folder, made)
    ini = made / "cytotheca.ini"
    ini.write_text(ini.read_text().replace(BLANK_URL, f"http://127.0.0.1:{free_port()}"))
    return made


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
