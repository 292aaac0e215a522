"""Run a program that ends when its parent does: ``python -m … launch PROGRAM ARGUMENT…``."""

from __future__ import annotations

import os
import signal
import sys

from cytotheca.cli.supervision.death import die_with_parent


def main() -> None:
    """Become the program, with no signal blocked and bound to the parent's life."""
    signal.pthread_sigmask(signal.SIG_SETMASK, set())
    die_with_parent(signal.SIGTERM)
    os.execv(sys.argv[1], sys.argv[1:])  # noqa: S606 - the arguments are ours


def launched(*command: str) -> list[str]:
    """Return the command that runs ``command`` through this module."""
    return [sys.executable, "-P", "-m", __name__, *command]


if __name__ == "__main__":
    main()
