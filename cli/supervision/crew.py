"""Relay and workers of a site: loaded once, then forked: ``python -m … crew FOLDER``.

Loading a site takes seconds and a hundred megabytes; forked processes share both. A member
that dies is forked anew at once; when this process dies, its members end, and supervisord
starts it again.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from setproctitle import setproctitle

from cytotheca.cli.access import SiteAccess
from cytotheca.cli.loading import loading
from cytotheca.cli.supervision.death import die_with_parent
from cytotheca.cli.supervision.parts import GRACE_SECONDS, usable_cores

WATCHED = frozenset({signal.SIGCHLD, signal.SIGTERM, signal.SIGINT})
SHORTEST_RUN_SECONDS = 2.0
"""A member that lived for less waits as long before it is forked again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A command that runs in a process of its own."""

    name: str
    words: tuple[str, ...]


def members_of(queues: Sequence[str] = ()) -> list[Member]:
    """Return the relay and the workers; ``queues`` are those of extensions, beside the core's."""
    usual = ("short", "normal", "default")
    everything = ("jobs", "worker", *usual, *queues, "long")
    workers = max(1, usable_cores() - 1)
    return [
        Member(name="relay", words=("jobs", "relay")),
        # short jobs never wait behind a long one
        Member(name="worker-quick", words=("jobs", "worker", *usual)),
        *(Member(name=f"worker-any-{number}", words=everything) for number in range(workers)),
    ]


class Crew:
    """The processes of the members; ``run`` is what each does after the fork."""

    def __init__(self, members: Sequence[Member], run: Callable[[Member], None]) -> None:
        self._run = run
        self._ashore = dict.fromkeys(members, 0.0)
        self._aboard: dict[int, tuple[Member, float]] = {}

    def work(self) -> None:
        """Keep all members running until SIGTERM; then let them end, and return."""
        before = signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED)
        try:
            while not self._asked_to_stop():
                self._reap()
                self._fork_missing(before)
        finally:
            self._dismiss()
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def _asked_to_stop(self) -> bool:
        """Wait until something happens, or it is time to fork somebody again."""
        due = min(self._ashore.values(), default=None)
        patience = 60.0 if due is None else max(0.0, due - time.monotonic())
        info = signal.sigtimedwait(WATCHED, patience)
        return info is not None and info.si_signo != signal.SIGCHLD

    def _reap(self) -> None:
        now = time.monotonic()
        for pid, (member, since) in list(self._aboard.items()):
            if os.waitpid(pid, os.WNOHANG)[0]:
                del self._aboard[pid]
                short = now - since < SHORTEST_RUN_SECONDS
                self._ashore[member] = now + SHORTEST_RUN_SECONDS if short else now

    def _fork_missing(self, mask: set[int | signal.Signals]) -> None:
        now = time.monotonic()
        for member in [one for one, due in self._ashore.items() if due <= now]:
            del self._ashore[member]
            pid = os.fork()
            if pid == 0:
                self._become(member, mask)
            self._aboard[pid] = (member, now)

    def _become(self, member: Member, mask: set[int | signal.Signals]) -> NoReturn:
        """Be the member, in the new process; never return to the loop of the old one."""
        code = 1
        try:
            die_with_parent(signal.SIGTERM)
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
            setproctitle(f"cytotheca {' '.join(member.words)}")
            self._run(member)
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def _dismiss(self) -> None:
        """Ask all members to end, and end those that do not."""
        deadline = time.monotonic() + GRACE_SECONDS
        signum = signal.SIGTERM
        while self._aboard:
            for pid in self._aboard:
                os.kill(pid, signum)  # not reaped yet, so the number is still theirs
            while self._aboard and (left := deadline - time.monotonic()) > 0:
                signal.sigtimedwait({signal.SIGCHLD}, left)
                self._reap()
            signum, deadline = signal.SIGKILL, time.monotonic() + 1


def main() -> None:
    """Load the site in the folder that is named, and run its crew."""
    folder = Path(sys.argv[1])
    with loading(), SiteAccess(site_dir=folder).open() as site:
        from cytotheca.core.app import create_app  # noqa: F401 - loaded for the workers

        queues = site.queues_of_extensions()

    def run(member: Member) -> None:
        from cytotheca.cli.main import main as run_command

        run_command(["--site", str(folder), *member.words])

    Crew(members_of(queues), run).work()


if __name__ == "__main__":
    main()
