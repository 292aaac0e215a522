"""Landlock: the kernel forgets all files but those named here.

Called by ``ctypes``, because the bindings on PyPI are development releases without a promise of
upkeep, and three system calls of a stable kernel interface are less to trust than a package.
See ``Documentation/userspace-api/landlock.rst`` of the kernel for structures and numbers.
"""

from __future__ import annotations

import ctypes
import os
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on all architectures
_QUERY_VERSION = 1
_PATH_BENEATH = 1

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = (1 << bit for bit in range(4))
_MAKE_DIR, _MAKE_REG, _MAKE_SYM = 1 << 7, 1 << 8, 1 << 12
_REMOVE_DIR, _REMOVE_FILE = 1 << 4, 1 << 5
_TRUNCATE = 1 << 14
_ALL_BY_VERSION = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
_ALL_TCP = 0b11
_ALL_SCOPES = 0b11  # signals and abstract sockets of processes outside

READ = _READ_FILE | _READ_DIR
WRITE = (
    READ | _WRITE_FILE | _TRUNCATE | _MAKE_REG | _MAKE_DIR | _MAKE_SYM | _REMOVE_DIR | _REMOVE_FILE
)
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE

_libc = ctypes.CDLL(None, use_errno=True)


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("handled_access_fs", ctypes.c_uint64),
        ("handled_access_net", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


def find_version() -> int:
    """Return the kernel's Landlock version, 0 without Landlock."""
    version: int = _libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _QUERY_VERSION)
    return max(0, version)


def restrict(rights: Iterable[tuple[int | Path, int]]) -> bool:
    """Deny this process every file except those in ``rights``, for ever.

    Parameters
    ----------
    rights:
        file descriptor or path, and :data:`READ` or :data:`WRITE`; missing paths are skipped

    Returns
    -------
    bool
        False if the kernel lacks Landlock
    """
    version = find_version()
    if version == 0:
        return False
    handled = _ALL_BY_VERSION[max(known for known in _ALL_BY_VERSION if known <= version)]
    ruleset = _open_ruleset(version, handled)
    try:
        for place, access in rights:
            _allow(ruleset, place, access & handled)
        _call(_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)
    return True


def _open_ruleset(version: int, handled: int) -> int:
    """Return the descriptor of an empty rule set that denies all that this kernel can deny."""
    attributes = _Ruleset(
        handled_access_fs=handled,
        handled_access_net=_ALL_TCP if version >= 4 else 0,  # noqa: PLR2004  Landlock's version
        scoped=_ALL_SCOPES if version >= 6 else 0,  # noqa: PLR2004
    )
    size = 24 if version >= 6 else 16 if version >= 4 else 8  # noqa: PLR2004
    return _call(_CREATE_RULESET, ctypes.byref(attributes), ctypes.c_size_t(size), 0)


def _allow(ruleset: int, place: int | Path, access: int) -> None:
    """Add one rule; descriptors stay open, paths are opened for a moment."""
    try:
        fd = place if isinstance(place, int) else os.open(place, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(fd).st_mode):
            access &= _OF_FILES
        rule = _PathBeneath(allowed_access=access, parent_fd=fd)
        _call(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(rule), 0)
    finally:
        if fd is not place:
            os.close(fd)


def _call(number: int, *arguments: object) -> int:
    result: int = _libc.syscall(number, *arguments)
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return result
