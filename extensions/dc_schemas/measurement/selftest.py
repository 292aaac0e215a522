"""A task that misbehaves on purpose, so that operators and tests see the walls hold."""

from __future__ import annotations

import ctypes
import os
import socket
import subprocess
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path


def misbehave(source_fd: int, scratch: Path, params: dict[str, Any]) -> dict[str, Any]:
    """Try one forbidden act; answer ``{"outcome": …}`` if the process lives to tell."""
    try:
        outcome = _ACTS[params["act"]](params)
    except OSError as error:
        outcome = f"denied: {type(error).__name__}"
    read = os.pread(source_fd, 16, 0)
    return {"outcome": outcome, "source_bytes": len(read), "scratch": scratch.is_dir()}


def _read_file(params: dict[str, Any]) -> str:
    with open(params["path"], "rb") as file:  # noqa: PTH123  a path is what is tested
        return f"read {len(file.read())} bytes"


def _write_file(params: dict[str, Any]) -> str:
    with open(params["path"], "wb") as file:  # noqa: PTH123
        return f"wrote {file.write(b'x')} bytes"


def _connect(params: dict[str, Any]) -> str:
    with socket.create_connection((params["host"], params["port"]), timeout=5):
        return "connected"


def _run_program(_: dict[str, Any]) -> str:
    done = subprocess.run([sys.executable, "-c", ""], check=False)
    return f"ran, status {done.returncode}"


def _fork(_: dict[str, Any]) -> str:
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return "forked"


def _signal_parent(_: dict[str, Any]) -> str:
    os.kill(os.getppid(), 0)
    return "reached the parent"


def _crash(_: dict[str, Any]) -> str:
    ctypes.string_at(0)
    return "survived"


def _allocate(_: dict[str, Any]) -> str:
    blocks = []
    while True:
        blocks.append(bytearray(64 * 1024**2))


def _spin(_: dict[str, Any]) -> str:
    while True:
        pass


def _babble(_: dict[str, Any]) -> str:
    return "x" * (80 * 1024**2)


def _list_environment(_: dict[str, Any]) -> str:
    return " ".join(sorted(os.environ))  # noqa: TID251  what is left of it is the question


_ACTS: Mapping[str, Callable[[dict[str, Any]], str]] = {
    "read": _read_file,
    "write": _write_file,
    "connect": _connect,
    "exec": _run_program,
    "fork": _fork,
    "signal": _signal_parent,
    "crash": _crash,
    "allocate": _allocate,
    "spin": _spin,
    "babble": _babble,
    "environment": _list_environment,
}
