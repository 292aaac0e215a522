"""The process tree of a site, with stand-ins for its parts and the real supervisord."""

from __future__ import annotations

import pathlib
import signal
import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest
from acceptance.waiting import wait_for

from cytotheca.cli.supervision import sockets
from cytotheca.cli.supervision.parts import Part
from cytotheca.cli.supervision.supervisord_conf import supervisord_conf

RUN = """\
import pathlib, sys
from cytotheca.cli.supervision.watch import run_supervisor
run_supervisor(pathlib.Path(sys.argv[1]), {"MARK": sys.argv[2]})
"""
#: A part that starts a process in a session of its own, as a careless program does.
PARENT = """\
import subprocess, time
subprocess.Popen(['sleep', '987'], start_new_session=True)
time.sleep(986)
"""
DEAF = """\
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print('deaf', flush=True)
time.sleep(900)
"""


@pytest.fixture
def tree(folder) -> Iterator[psutil.Process]:
    """The watching process of a site with three parts, all of them running."""
    process = start(folder)
    yield process
    if process.is_running():
        process.terminate()
        process.wait(timeout=30)


def start(folder: pathlib.Path) -> psutil.Process:
    for name in ("run", "logs"):
        (folder / name).mkdir(exist_ok=True)
    parts = [
        Part(name="first", command=("/bin/sleep", "985"), in_group=False),
        Part(name="parent", command=(sys.executable, script(folder, "parent.py", PARENT))),
        Part(name="twin", command=("/bin/sleep", "988"), count=2),
    ]
    conf = folder / "run" / "supervisord.conf"
    conf.write_text(supervisord_conf(folder, parts))
    process = psutil.Popen([sys.executable, "-P", "-c", RUN, conf, folder.name])
    wait_for(lambda: is_complete(process), 20)
    return process


def script(folder: pathlib.Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text)
    return str(path)


def is_complete(process: psutil.Process) -> bool:
    words = [word for child in descendants(process) for word in words_of(child)[1:2]]
    names = sorted(pathlib.Path(word).name for word in words)
    return names == sorted(["985", "987", "988", "988", "parent.py", "-P"])


def words_of(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return []


def descendants(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def find(process: psutil.Process, word: str) -> psutil.Process:
    return next(child for child in descendants(process) if word in " ".join(words_of(child)))


@pytest.mark.parametrize(
    "word",
    ["985", "988", "parent.py", "supervisor.supervisord"],
    ids=["lone", "twin", "parent", "supervisor"],
)
def test_a_killed_part_is_restarted(tree, word):
    killed = find(tree, word)
    killed.kill()
    wait_for(lambda: not killed.is_running() and is_complete(tree), 30)


def test_what_a_killed_part_leaves_behind_is_ended(tree):
    stray = find(tree, "987")
    find(tree, "parent.py").kill()
    wait_for(lambda: not stray.is_running() and is_complete(tree), 30)


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_a_wish_to_stop_leaves_no_process_behind(tree, signum):
    family = descendants(tree)
    tree.send_signal(signum)
    assert tree.wait(timeout=30) == 0
    assert psutil.wait_procs(family, timeout=1)[1] == []


def test_a_second_wish_stops_parts_that_do_not_listen(folder):
    for name in ("run", "logs"):
        (folder / name).mkdir()
    conf = folder / "run" / "supervisord.conf"
    part = Part(
        name="deaf", command=(sys.executable, script(folder, "deaf.py", DEAF)), stop_seconds=600
    )
    conf.write_text(supervisord_conf(folder, [part]))
    process = psutil.Popen([sys.executable, "-P", "-c", RUN, conf, folder.name])
    log = folder / "logs" / "deaf.log"
    wait_for(lambda: log.is_file() and "deaf" in log.read_text(), 20)
    family = descendants(process)
    process.send_signal(signal.SIGTERM)
    said = folder / "logs" / "supervisord.log"
    wait_for(lambda: "waiting for" in said.read_text(), 20)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=20) == 0
    assert psutil.wait_procs(family, timeout=1)[1] == []


def test_a_killed_watcher_takes_the_parts_with_it(tree):
    family = [child for child in descendants(tree) if "987" not in words_of(child)]
    strays = [child for child in descendants(tree) if "987" in words_of(child)]
    tree.kill()
    assert psutil.wait_procs(family, timeout=20)[1] == []
    for stray in strays:
        stray.kill()


def test_two_trees_do_not_collide(folder):
    (folder / "a").mkdir()
    (folder / "b").mkdir()
    both = [start(folder / "a"), start(folder / "b")]
    both[0].terminate()
    assert both[0].wait(timeout=30) == 0
    assert is_complete(both[1])
    both[1].terminate()
    assert both[1].wait(timeout=30) == 0


def test_a_supervisor_that_cannot_start_is_reported(folder):
    (folder / "run").mkdir()
    conf = folder / "run" / "supervisord.conf"
    conf.write_text("[nonsense")
    done = subprocess.run(
        [sys.executable, "-P", "-c", RUN, conf, "x"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "supervisord ended 3 times" in done.stderr


def test_sockets_of_a_deep_folder_move_to_a_short_private_one(tmp_path):
    deep = tmp_path / ("d" * 90)
    (deep / "run").mkdir(parents=True)
    made = sockets.make_socket_folder(deep)
    assert len(str(made / sockets.VALKEY)) < sockets.LONGEST
    assert made.stat().st_mode & 0o077 == 0
    assert made == sockets.make_socket_folder(deep)
    assert made != sockets.socket_folder(tmp_path / ("e" * 90))
    made.rmdir()


def test_sockets_never_go_to_a_folder_of_somebody_else(tmp_path, monkeypatch):
    deep = tmp_path / ("d" * 90)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    place = sockets.socket_folder(deep)
    place.symlink_to(tmp_path)
    with pytest.raises(PermissionError, match="shorter path"):
        sockets.make_socket_folder(deep)
