"""What one child process may use."""

from __future__ import annotations

from dataclasses import dataclass

GIB = 1024**3
MIB = 1024**2

EXIT_FAILED = 70
EXIT_MEMORY = 71
"""How a child ends that could not do its task."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits of one task; crossing any of them ends the task, never the caller.

    Attributes
    ----------
    memory_bytes:
        address space of the child, libraries included
    cpu_seconds, wall_seconds:
        time, used and passed
    output_bytes:
        size of any file the child writes
    result_bytes:
        size of the JSON answer
    open_files:
        file descriptors
    """

    memory_bytes: int = 2 * GIB
    cpu_seconds: int = 1500
    wall_seconds: float = 1800
    output_bytes: int = 16 * GIB
    result_bytes: int = 64 * MIB
    open_files: int = 64
