"""The file in memory between parent and child: parameters go in, an answer comes out."""

from __future__ import annotations

import contextlib
import json
import os
import signal
from typing import TYPE_CHECKING, Any

from cytotheca.extensions.dc_schemas.measurement.limits import EXIT_MEMORY, Limits
from cytotheca.extensions.dc_schemas.measurement.verdict import SandboxUnavailable, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@contextlib.contextmanager
def exchange_file(params: Mapping[str, Any]) -> Iterator[int]:
    """Make the file in memory that carries parameters in and the answer out."""
    fd = os.memfd_create("exchange", os.MFD_CLOEXEC)
    try:
        os.write(fd, json.dumps(dict(params)).encode())
        yield fd
    finally:
        os.close(fd)


def read_answer(report: dict[str, Any], exchange_fd: int, limits: Limits) -> dict[str, Any]:
    """Turn the child's end and its words into an answer, or raise ``Unreadable``.

    A child that was killed says nothing of its file: a machine short of memory, or an
    operator, kills whom they find. Raises ``SandboxUnavailable`` for that, to be tried again.
    """
    if report.get("timeout"):
        raise Unreadable(f"can't be read safely: not done after {limits.wall_seconds:g} seconds")
    if report.get("signal") == signal.SIGKILL:
        raise SandboxUnavailable("the reader was killed, perhaps because memory ran short")
    if "signal" in report:
        raise Unreadable(_explain_signal(report["signal"]))
    if report["exit"] == EXIT_MEMORY:
        raise Unreadable(_explain_memory(limits))
    answer = _load(exchange_fd, limits)
    if "error" in answer:
        raise Unreadable(f"can't be read: {answer['error']}")
    if report["exit"] != 0 or "result" not in answer or "layers" not in answer:
        raise Unreadable("can't be read safely: its reader broke off")
    return answer


def _load(exchange_fd: int, limits: Limits) -> dict[str, Any]:
    """Parse the answer, which a child taken over by its file may have written."""
    size = os.fstat(exchange_fd).st_size
    if size > limits.result_bytes:
        raise Unreadable(f"can't be read safely: its description has {size} bytes")
    try:
        answer = json.loads(os.pread(exchange_fd, size, 0))
    except (ValueError, RecursionError) as error:
        raise Unreadable("can't be read safely: its reader broke off") from error
    if not isinstance(answer, dict):
        raise Unreadable("can't be read safely: its reader broke off")
    return answer


def _explain_memory(limits: Limits) -> str:
    return f"can't be read safely: needs more than {limits.memory_bytes >> 20} MB of memory"


def _explain_signal(number: int) -> str:
    name = signal.Signals(number).name if number in set(signal.Signals) else str(number)
    if number == signal.SIGXCPU:
        return "can't be read safely: needs too much computing time"
    if number == signal.SIGXFSZ:
        return "can't be read safely: makes files beyond all measure"
    return f"can't be read safely: its reader crashed ({name})"
