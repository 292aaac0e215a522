"""No process without its parent: Linux tells a child when its parent has died."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36


def die_with_parent(signum: signal.Signals) -> None:
    """Let the kernel send ``signum`` to this process when its parent dies.

    Survives ``exec``, not ``fork``. On systems without ``prctl`` nothing
    happens; there an orphan lives until its parent's successor stops it.
    """
    parent = os.getppid()
    _prctl(PR_SET_PDEATHSIG, int(signum))
    if os.getppid() != parent:  # it died before the kernel knew
        os.kill(os.getpid(), signum)


def adopt_orphans() -> None:
    """Become the parent of all descendants whose own parent dies."""
    _prctl(PR_SET_CHILD_SUBREAPER, 1)


def kill_forks_with_parent() -> None:
    """Let every process that this one forks from now on be killed when this one dies."""
    os.register_at_fork(after_in_child=lambda: die_with_parent(signal.SIGKILL))


def _prctl(option: int, value: int) -> None:
    if not sys.platform.startswith("linux"):
        return
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
