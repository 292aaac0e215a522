"""The life of one child: confine itself, do one task, write the answer, end."""

from __future__ import annotations

import fcntl
import json
import os
import platform
import signal
import tempfile
import warnings
from pathlib import Path
from typing import Any, NoReturn

from cytotheca.extensions.dc_schemas.measurement import confine, tasks
from cytotheca.extensions.dc_schemas.measurement.limits import EXIT_FAILED, EXIT_MEMORY, Limits

SOURCE_FD = 3
"""Where every child finds the file to read."""

_EXCHANGE_FD = 4
_MAX_TEXT = 400


def prepare() -> None:
    """Load, in the zygote, what tasks would load again and again: libraries, fonts, names."""
    warnings.simplefilter("ignore")
    # Both would start a program to find out; the answers are kept by the module.
    platform.platform()
    platform.python_build()
    tasks.warm_up()


def live(
    request: dict[str, Any], source_fd: int, exchange_fd: int, caches: Path, syscalls: Any | None
) -> NoReturn:
    """Run a task in this freshly forked process; never returns."""
    status = EXIT_FAILED
    try:
        os.setsid()
        confine.die_with_parent()
        _arrange_descriptors(source_fd, exchange_fd)
        status = _work(request, caches, syscalls)
    finally:
        os._exit(status)


def _arrange_descriptors(source_fd: int, exchange_fd: int) -> None:
    """Keep the two files at fixed numbers and nothing else of the zygote's."""
    null_fd = os.open("/dev/null", os.O_RDWR)
    # First out of the way of the numbers that are about to be overwritten.
    source, exchange, null = (
        fcntl.fcntl(fd, fcntl.F_DUPFD, _EXCHANGE_FD + 1) for fd in (source_fd, exchange_fd, null_fd)
    )
    os.dup2(source, SOURCE_FD, inheritable=False)
    os.dup2(exchange, _EXCHANGE_FD, inheritable=False)
    for standard in range(3):
        os.dup2(null, standard)
    os.closerange(_EXCHANGE_FD + 1, os.sysconf("SC_OPEN_MAX"))


def _work(request: dict[str, Any], caches: Path, syscalls: Any | None) -> int:
    """Do the task; return the exit status."""
    scratch = Path(request["scratch"])
    os.chdir(scratch)
    os.umask(0o077)
    tempfile.tempdir = str(scratch)
    parameters = json.loads(os.pread(_EXCHANGE_FD, os.fstat(_EXCHANGE_FD).st_size, 0))
    layers = confine.confine(
        Limits(**request["limits"]),
        source_fd=SOURCE_FD,
        scratch=scratch,
        caches=caches,
        syscalls=syscalls,
    )
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    try:
        result = tasks.TASKS[request["task"]](SOURCE_FD, scratch, parameters)
    except MemoryError:
        return EXIT_MEMORY
    except BaseException as error:  # noqa: BLE001  dclab has errors below BaseException
        return _answer({"error": _describe(error, scratch)}, status=EXIT_FAILED)
    return _answer({"result": result, "layers": layers}, status=0)


def _answer(answer: dict[str, Any], *, status: int) -> int:
    """Write the answer over the parameters."""
    data = json.dumps(answer, allow_nan=False).encode()
    os.ftruncate(_EXCHANGE_FD, 0)
    view = memoryview(data)
    offset = 0
    while offset < len(data):
        offset += os.pwrite(_EXCHANGE_FD, view[offset : offset + (1 << 20)], offset)
    return status


def _describe(error: BaseException, scratch: Path) -> str:
    """Return kind and text of an error without the names of our folders."""
    text = str(error).replace(f"{scratch}/", "").replace(f"/proc/self/fd/{SOURCE_FD}", "the file")
    return f"{type(error).__name__}: {text}"[:_MAX_TEXT]
