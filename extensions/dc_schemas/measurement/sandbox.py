"""The parent's side of the sandbox: send one file and one task, get JSON or an error."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cytotheca.extensions.dc_schemas.measurement.exchange import exchange_file, read_answer
from cytotheca.extensions.dc_schemas.measurement.limits import Limits
from cytotheca.extensions.dc_schemas.measurement.verdict import SandboxUnavailable, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_ZYGOTE = "cytotheca.extensions.dc_schemas.measurement.zygote"
_GRACE_SECONDS = 15.0
_ATTEMPTS = 3


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a child answered, not yet checked for shape.

    Attributes
    ----------
    result:
        JSON of the task
    layers:
        confinements that held
    scratch:
        folder with the files the child wrote; gone when the context ends
    """

    result: Any
    layers: list[str]
    scratch: Path


class Sandbox:
    """Starts the zygote, sends tasks to it, replaces it when it died.

    Parameters
    ----------
    limits:
        of each child
    run_dir:
        where the zygote's own folder is made; short enough for a socket address
    """

    def __init__(self, *, limits: Limits | None = None, run_dir: Path | None = None) -> None:
        self._limits = limits or Limits()
        self._run_dir = run_dir
        self._guard = _Guard()
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: Path | None = None
        self._launched_by = 0

    def start(self) -> None:
        """Start the zygote unless it is there."""
        self._zygote_folder()

    def close(self) -> None:
        """End the zygote if this process started it, and remove its folder."""
        with self._guard.lock():
            self._end_ours()

    @contextlib.contextmanager
    def run(
        self,
        task: str,
        source: Path,
        params: Mapping[str, Any],
        *,
        workdir: Path | None = None,
        limits: Limits | None = None,
    ) -> Iterator[Answer]:
        """Run one task of the fixed table on one file.

        Parameters
        ----------
        task:
            a name in ``tasks.TASKS``
        source:
            the only user's file the child can read
        params:
            JSON-able
        workdir:
            where the scratch folder is made; the temporary folder by default
        limits:
            other limits for this task

        Raises
        ------
        Unreadable
            if the child crashed, crossed a limit, or failed on the file
        SandboxUnavailable
            if no child could be started
        """
        chosen = limits or self._limits
        with _open_source(source) as source_fd, _scratch_folder(workdir) as scratch:
            request = {"task": task, "scratch": str(scratch), "limits": dataclasses.asdict(chosen)}
            answer = self._ask(request, source_fd, params, chosen)
            yield Answer(result=answer["result"], layers=answer["layers"], scratch=scratch)

    def _ask(
        self, request: dict[str, Any], source_fd: int, params: Mapping[str, Any], limits: Limits
    ) -> dict[str, Any]:
        """Return the child's answer; ask a new zygote when one dies over the task."""
        for _ in range(_ATTEMPTS):
            folder = self._zygote_folder()
            with exchange_file(params) as exchange_fd:
                report = _send(folder, request, [source_fd, exchange_fd])
                if report is not None:
                    return read_answer(report, exchange_fd, limits)
            self._give_up(folder)
        raise SandboxUnavailable("the reader of measurement files does not answer")

    def _zygote_folder(self) -> Path:
        """Return the folder with the socket of a zygote, started if there is none."""
        with self._guard.lock():
            return self._folder or self._launch()

    def _give_up(self, folder: Path) -> None:
        """Forget a zygote that did not answer, unless another thread did so before."""
        with self._guard.lock():
            if self._folder == folder:
                self._end_ours()

    def _end_ours(self) -> None:
        """Forget the zygote; end it, if this process and not its parent started it."""
        process, folder = self._process, self._folder
        self._process = self._folder = None
        if process is not None and folder is not None and self._launched_by == os.getpid():
            _end(process, folder)

    def _launch(self) -> Path:
        """Start a zygote of our own and wait until it is ready."""
        folder = Path(tempfile.mkdtemp(prefix="cytotheca-room-", dir=self._run_dir))
        command = [sys.executable, "-s", "-P", "-B", "-m", _ZYGOTE, str(folder / "socket")]
        process = subprocess.Popen(  # noqa: S603  our own program
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=_environment(folder),
            cwd=folder,
            start_new_session=True,
        )
        if process.stdout is None or process.stdout.readline() != b"ready\n":
            _end(process, folder)
            raise SandboxUnavailable("the reader of measurement files does not start")
        process.stdout.close()
        self._process, self._folder, self._launched_by = process, folder, os.getpid()
        return folder


class _Guard:
    """A lock for threads that is free again in a forked process.

    A thread of the parent may hold it at the moment of the fork, and nobody in the child would
    ever release it.
    """

    def __init__(self) -> None:
        self._pid = os.getpid()
        self._lock = threading.Lock()

    def lock(self) -> threading.Lock:
        if self._pid != os.getpid():
            self._pid, self._lock = os.getpid(), threading.Lock()
        return self._lock


def _end(process: subprocess.Popen[bytes], folder: Path) -> None:
    """Kill a zygote and remove its folder."""
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    shutil.rmtree(folder, ignore_errors=True)


def _environment(folder: Path) -> dict[str, str]:
    """Return the zygote's whole environment: no secrets, no plug-ins, one thread.

    Python hashes strings without salt, so that sets are written in the same order every time.
    """
    return {
        "HDF5_PLUGIN_PRELOAD": "::",
        "HDF5_PLUGIN_PATH": str(folder / "no-plugins"),
        "HDF5_USE_FILE_LOCKING": "FALSE",
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "MPLBACKEND": "agg",
        "MPLCONFIGDIR": str(folder / "matplotlib"),
        "PATH": "/nonexistent",
        "PYTHONHASHSEED": "0",
        "TZ": "UTC",
        **dict.fromkeys(
            ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"),
            "1",
        ),
    }


def _send(folder: Path, request: dict[str, Any], fds: list[int]) -> dict[str, Any] | None:
    """Return the report of the zygote in ``folder``; None if it is gone or stuck."""
    patience = request["limits"]["wall_seconds"] + _GRACE_SECONDS
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as connection:
            connection.settimeout(patience)
            connection.connect(str(folder / "socket"))
            socket.send_fds(connection, [json.dumps(request).encode()], fds)
            reply = connection.recv(4096)
    except OSError:
        return None
    report: dict[str, Any] | None = json.loads(reply) if reply else None
    return report


@contextlib.contextmanager
def _open_source(source: Path) -> Iterator[int]:
    """Open the file once; whatever the path means later, these bytes are read."""
    fd = os.open(source, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            raise Unreadable("can't be read safely: not a regular file")
        yield fd
    finally:
        os.close(fd)


@contextlib.contextmanager
def _scratch_folder(workdir: Path | None) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="measurement-", dir=workdir)).resolve()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
