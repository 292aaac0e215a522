"""How a child gives up all it does not need, before it looks at a file."""

from __future__ import annotations

import contextlib
import ctypes
import resource
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cytotheca.extensions.dc_schemas.measurement import landlock, syscall_filter

if TYPE_CHECKING:
    from cytotheca.extensions.dc_schemas.measurement.limits import Limits

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
_SIGKILL = 9
_CPU_GRACE_SECONDS = 2
_CAPABILITY_VERSION_3 = 0x20080522
_LIBRARIES = ("stdlib", "platstdlib", "purelib", "platlib")
_SYSTEM = ("/usr/lib", "/usr/lib64", "/lib", "/lib64", "/usr/share/fonts", "/usr/share/zoneinfo")
_DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom", "/etc/localtime")

_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent() -> None:
    """Ask the kernel to kill this process when its parent dies."""
    _libc.prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)


def confine(
    limits: Limits, *, source_fd: int, scratch: Path, caches: Path, syscalls: Any | None
) -> list[str]:
    """Lock this process in; return the names of the layers that hold.

    A layer that the kernel lacks is left out of the list, not an error: the caller shows it.
    """
    layers = ["rlimits"]
    _limit_resources(limits)
    _libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if _drop_capabilities():
        layers.append("capabilities")
    with contextlib.suppress(OSError):
        if landlock.restrict(_rights(source_fd, scratch, caches)):
            layers.append("landlock")
    if syscall_filter.load(syscalls):
        layers.append("seccomp")
    return layers


def _limit_resources(limits: Limits) -> None:
    """Set hard limits; that of computing time a little higher, so that its own signal comes first.

    The number of processes is left to the system-call filter: its limit counts all processes of
    the user, whose number nobody knows.
    """
    for kind, value in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_FSIZE, limits.output_bytes),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        most = value + _CPU_GRACE_SECONDS if kind == resource.RLIMIT_CPU else value
        ceiling = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (min(value, ceiling), ceiling))


def _drop_capabilities() -> bool:
    """Give up all privileges of root; a harmless repetition for everybody else."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    none = (ctypes.c_uint32 * 6)()
    dropped: int = _libc.capset(header, none)
    return dropped == 0


def _rights(source_fd: int, scratch: Path, caches: Path) -> list[tuple[int | Path, int]]:
    """List what stays readable and writable: libraries, fonts, one file, one folder."""
    readable = {Path(sysconfig.get_path(name)) for name in _LIBRARIES}
    readable |= {Path(name) for name in (*_SYSTEM, *_DEVICES)}
    return [
        (source_fd, landlock.READ),
        (scratch, landlock.WRITE),
        (Path("/dev/null"), landlock.WRITE),
        *((place, landlock.READ) for place in sorted({*readable, caches})),
    ]
