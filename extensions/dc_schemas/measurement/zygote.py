"""A small server that forks one confined child per task.

Importing dclab and matplotlib takes seconds, a fork of a process that has them milliseconds. The
zygote is started as a program of its own (``python -m …zygote``), has one thread, opens no file
of a user, and watches over its children: wall-clock limit, vanished client, end of its owner.

A request is one packet on a Unix socket: JSON ``{"task", "scratch", "limits"}`` and two file
descriptors, the file to read and the *exchange* (parameters in, answer out). The reply is one
packet: ``{"exit": n}``, ``{"signal": n}`` or ``{"timeout": true}``.
"""

from __future__ import annotations

import gc
import json
import os
import selectors
import shutil
import signal
import socket
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cytotheca.extensions.dc_schemas.measurement import child, syscall_filter

_PACKET_BYTES = 65536
_IMPATIENCE_SECONDS = 5.0


@dataclass(slots=True, kw_only=True)
class _Running:
    """A child, its client, and when it has to be done."""

    pid: int
    pidfd: int
    client: socket.socket
    deadline: float
    is_late: bool = False


class Zygote:
    """Accepts requests, forks, reports how the children ended."""

    def __init__(self, listener: socket.socket, owner_fd: int, caches: Path) -> None:
        self._listener = listener
        self._owner_fd = owner_fd
        self._caches = caches
        self._syscalls = syscall_filter.prepare()
        self._selector = selectors.DefaultSelector()
        self._running: dict[int, _Running] = {}

    def serve(self) -> None:
        """Work until the owner's end of the pipe is closed, or SIGTERM."""
        self._selector.register(self._listener, selectors.EVENT_READ, self._accept)
        self._selector.register(self._owner_fd, selectors.EVENT_READ, None)
        while True:
            for key, _ in self._selector.select(self._time_left()):
                if key.fd == self._owner_fd:
                    self._kill_all()
                    return
                key.data(key.fileobj)
            self._kill_late()

    def _time_left(self) -> float | None:
        deadlines = [each.deadline for each in self._running.values() if not each.is_late]
        return max(0.0, min(deadlines) - time.monotonic()) if deadlines else None

    def _accept(self, listener: socket.socket) -> None:
        client, _ = listener.accept()
        client.settimeout(_IMPATIENCE_SECONDS)
        try:
            packet, fds, _, _ = socket.recv_fds(client, _PACKET_BYTES, 2)
            request = json.loads(packet)
            source_fd, exchange_fd = fds
        except (OSError, ValueError):
            client.close()
            return
        self._start(client, request, source_fd, exchange_fd)

    def _start(
        self, client: socket.socket, request: dict[str, Any], source_fd: int, exchange_fd: int
    ) -> None:
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            child.live(request, source_fd, exchange_fd, self._caches, self._syscalls)
        os.close(source_fd)
        os.close(exchange_fd)
        deadline = time.monotonic() + float(request["limits"]["wall_seconds"])
        pidfd = os.pidfd_open(pid)
        running = _Running(pid=pid, pidfd=pidfd, client=client, deadline=deadline)
        self._running[pidfd] = running
        self._selector.register(pidfd, selectors.EVENT_READ, self._finish)
        self._selector.register(client, selectors.EVENT_READ, lambda _: self._drop(running))

    def _drop(self, running: _Running) -> None:
        """End a task whose client hung up: clients never send a second packet."""
        if running.pidfd in self._running:  # it may have ended at the same moment
            self._selector.unregister(running.client)
            _kill(running.pid)

    def _finish(self, pidfd: int) -> None:
        running = self._running.pop(pidfd)
        _, status = os.waitpid(running.pid, 0)
        self._selector.unregister(pidfd)
        os.close(pidfd)
        if running.client in self._selector.get_map():
            self._selector.unregister(running.client)
        if running.is_late:
            report: dict[str, int | bool] = {"timeout": True}
        elif os.WIFSIGNALED(status):
            report = {"signal": os.WTERMSIG(status)}
        else:
            report = {"exit": os.waitstatus_to_exitcode(status)}
        with running.client as client:
            try:
                client.send(json.dumps(report).encode())
            except OSError:
                return  # it does not wait for the answer any more

    def _kill_late(self) -> None:
        now = time.monotonic()
        for running in self._running.values():
            if running.deadline <= now and not running.is_late:
                running.is_late = True
                _kill(running.pid)

    def _kill_all(self) -> None:
        for running in self._running.values():
            _kill(running.pid)


def _kill(pid: int) -> None:
    """Kill a child and whatever joined its process group."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        os.kill(pid, signal.SIGKILL)  # not yet in a group of its own; a zombie at worst


def main() -> None:
    """Listen on the socket named by the first argument; standard input is the owner's pipe."""
    folder = Path(sys.argv[1]).parent
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # who stops a site stops us as well
    try:
        _serve(sys.argv[1], folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _serve(address: str, folder: Path) -> None:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listener.bind(address)
    child.prepare()
    listener.listen(64)
    gc.collect()
    gc.freeze()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    null = os.open("/dev/null", os.O_WRONLY)
    os.dup2(null, sys.stdout.fileno())  # dclab prints
    Zygote(listener, owner_fd=sys.stdin.fileno(), caches=folder).serve()


if __name__ == "__main__":
    main()
