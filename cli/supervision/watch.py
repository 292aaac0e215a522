"""The foreground process of a site: starts supervisord, and leaves nothing behind.

Supervisord restarts the parts of a site; this process restarts supervisord,
passes on the wish to stop, and adopts whatever a killed part leaves behind.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import psutil

from cytotheca.cli.supervision.death import adopt_orphans
from cytotheca.cli.supervision.launch import launched
from cytotheca.cli.supervision.parts import GRACE_SECONDS

STOP_SIGNALS = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGHUP})
LOOK_SECONDS = 0.5
SHORTEST_RUN_SECONDS = 5.0
FAILED_STARTS = 3


class CannotRun(Exception):
    """Supervisord does not stay up; its log says why."""


def run_supervisor(conf: Path, environment: Mapping[str, str]) -> None:
    """Run supervisord until SIGTERM or SIGINT; a second one stops without waiting."""
    adopt_orphans()
    watched = STOP_SIGNALS | {signal.SIGCHLD}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, watched)
    try:
        _watch(conf, environment)
    finally:
        stop_descendants(grace_seconds=3)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _watch(conf: Path, environment: Mapping[str, str]) -> None:
    failures = 0
    while True:
        started = time.monotonic()
        process = _start(conf, environment)
        if _wait(process):
            return
        failures = failures + 1 if time.monotonic() - started < SHORTEST_RUN_SECONDS else 0
        if failures >= FAILED_STARTS:
            raise CannotRun(
                f"supervisord ended {failures} times right after its start; "
                f"see {conf.parent.parent / 'logs' / 'supervisord.log'}"
            )
        # what the killed supervisord ran would hold the ports of its successor
        stop_descendants(grace_seconds=GRACE_SECONDS)


def _start(conf: Path, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    command = launched(sys.executable, "-P", "-m", "supervisor.supervisord", "-n", "-c", str(conf))
    return subprocess.Popen(  # noqa: S603 - the command is ours
        command,
        env=_inherited() | dict(environment),
        stdin=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C reaches us alone; we pass it on
    )


def _inherited() -> dict[str, str]:
    return dict(os.environ)  # noqa: TID251 - handed to children as it is


def _wait(process: subprocess.Popen[bytes]) -> bool:
    """Return True when the stop that was asked for is done, False if supervisord died."""
    asked = 0
    orphans = Orphans(parent_of_all=process.pid)
    while process.poll() is None:
        info = signal.sigtimedwait(STOP_SIGNALS | {signal.SIGCHLD}, LOOK_SECONDS)
        orphans.look()
        if info is None or info.si_signo == signal.SIGCHLD:
            continue
        asked += 1
        if asked > 1:
            stop_descendants(grace_seconds=0)
        else:
            process.terminate()
    return asked > 0


class Orphans:
    """Processes that lost their parent; nobody waits for what they do, so they are ended."""

    def __init__(self, *, parent_of_all: int) -> None:
        self._supervisor = parent_of_all
        self._deadlines: dict[int, float] = {}

    def look(self) -> None:
        """Ask new orphans to end, kill those that did not, and let the dead ones go."""
        children = psutil.Process().children()
        orphans = {child.pid: child for child in children if child.pid != self._supervisor}
        for pid, orphan in orphans.items():
            if not os.waitpid(pid, os.WNOHANG)[0]:
                self._end(orphan)
        self._deadlines = {pid: end for pid, end in self._deadlines.items() if pid in orphans}

    def _end(self, orphan: psutil.Process) -> None:
        deadline = self._deadlines.get(orphan.pid)
        if deadline is None:
            self._deadlines[orphan.pid] = time.monotonic() + GRACE_SECONDS
            _signal(orphan, signal.SIGTERM)
        elif time.monotonic() > deadline:
            _signal(orphan, signal.SIGKILL)


def stop_descendants(*, grace_seconds: float) -> None:
    """End every process below this one: politely first, then for good."""
    remaining = psutil.Process().children(recursive=True)
    for process in remaining:
        _signal(process, signal.SIGTERM)
    _, remaining = psutil.wait_procs(remaining, timeout=grace_seconds)
    while remaining:
        for process in remaining:
            _signal(process, signal.SIGKILL)
        psutil.wait_procs(remaining, timeout=1)
        # killing a parent hands its children to us, so look again
        remaining = psutil.Process().children(recursive=True)


def _signal(process: psutil.Process, signum: signal.Signals) -> None:
    try:
        process.send_signal(signum)
    except psutil.NoSuchProcess:
        return
