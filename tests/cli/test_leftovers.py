"""What killed processes leave in the temporary folder."""

from __future__ import annotations

import os
import pathlib
import socket
import time

import pytest

from cytotheca.cli.supervision.leftovers import OLD_SECONDS, remove_leftovers


@pytest.fixture
def leave(folder):
    """Make a folder with a socket, as old as wished; somebody listens on it or not."""
    listeners: list[socket.socket] = []

    def make(name: str, *, age_s: float, kind: int | None) -> pathlib.Path:
        made = folder / name
        made.mkdir()
        listener = socket.socket(socket.AF_UNIX, kind or socket.SOCK_STREAM)
        listener.bind(str(made / "socket"))
        if kind:
            listener.listen()
            listeners.append(listener)
        else:
            listener.close()
        then = time.time() - age_s
        os.utime(made, (then, then))
        return made

    yield make
    for one in listeners:
        one.close()


def test_old_folders_where_nobody_listens_are_removed(folder, leave):
    """Others' folders, young ones and those in use stay."""
    old = OLD_SECONDS + 60
    gone = [
        leave(f"cytotheca-{os.getuid()}-0123", age_s=old, kind=None),
        leave("cytotheca-room-a", age_s=old, kind=None),
    ]
    kept = [
        leave("cytotheca-room-b", age_s=60, kind=None),
        leave("cytotheca-room-c", age_s=old, kind=socket.SOCK_SEQPACKET),
        leave(f"cytotheca-{os.getuid()}-4567", age_s=old, kind=socket.SOCK_STREAM),
        leave(f"cytotheca-{os.getuid() + 1}-89ab", age_s=old, kind=None),
        leave("thesis", age_s=old, kind=None),
    ]
    remove_leftovers(folder)
    assert [one.name for one in gone if one.exists()] == []
    assert [one.name for one in kept if not one.exists()] == []
