"""H3: a file that crashes, blocks or exhausts its reader ends its own child and nothing else."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import hostile
import pytest

from cytotheca.extensions.dc_schemas.measurement import landlock
from cytotheca.extensions.dc_schemas.measurement.limits import MIB, Limits
from cytotheca.extensions.dc_schemas.measurement.sandbox import Sandbox
from cytotheca.extensions.dc_schemas.measurement.service import MeasurementRoom
from cytotheca.extensions.dc_schemas.measurement.verdict import SandboxUnavailable, Unreadable

needs_landlock = pytest.mark.skipif(not landlock.find_version(), reason="kernel without Landlock")


@pytest.fixture(scope="module")
def sandbox():
    built = Sandbox(limits=Limits(wall_seconds=60))
    yield built
    built.close()


@pytest.fixture
def attempt(sandbox, beads):
    """Let a child try something; return the outcome."""

    def run(act, limits=None, **params):
        with sandbox.run("selftest", beads, {"act": act, **params}, limits=limits) as answer:
            return answer.result["outcome"]

    return run


@pytest.fixture
def still_works(sandbox, beads):
    """After a test, the next task runs, in the same zygote."""
    sandbox.start()
    before = sandbox._process.pid
    yield
    with sandbox.run("inspect", beads, {"with_sha256": False}) as answer:
        assert answer.result["valid"]
    assert sandbox._process.pid == before


@needs_landlock
def test_all_layers_hold_on_this_kernel(room, beads):
    layers = room.inspect(beads).sandbox_layers
    assert layers == ["rlimits", "capabilities", "landlock", "seccomp"]


@needs_landlock
@pytest.mark.parametrize("path", ["/etc/passwd", "/proc/self/environ", "/proc/1/environ"])
def test_other_files_cannot_be_read(attempt, path):
    assert attempt("read", path=path) == "denied: PermissionError"


@needs_landlock
def test_files_beside_the_source_cannot_be_read(attempt, measurements):
    other = measurements / "blood_rbc_leukocytes.rtdc"
    assert attempt("read", path=str(other)) == "denied: PermissionError"


@needs_landlock
def test_files_can_be_written_in_the_scratch_folder_only(attempt, tmp_path):
    assert attempt("write", path=str(tmp_path / "x")) == "denied: PermissionError"
    memory = "/dev/shm/x"  # noqa: S108  that it is shared is the point
    assert attempt("write", path=memory) == "denied: PermissionError"
    assert attempt("write", path="x") == "wrote 1 bytes"


@needs_landlock
def test_the_source_cannot_be_written(sandbox, beads, tmp_path):
    source = hostile.copy_of(beads, tmp_path / "source.rtdc")
    params = {"act": "write", "path": "/proc/self/fd/3"}
    with sandbox.run("selftest", source, params) as answer:
        assert answer.result["outcome"] == "denied: PermissionError"
    assert source.read_bytes() == beads.read_bytes()


def test_there_is_no_network(attempt):
    with socket.create_server(("127.0.0.1", 0)) as server:
        host, port = server.getsockname()
        assert attempt("connect", host=host, port=port) == "denied: PermissionError"
        server.settimeout(0.1)
        with pytest.raises(TimeoutError):
            server.accept()


@pytest.mark.parametrize("act", ["exec", "fork", "signal"])
def test_there_are_no_other_processes(attempt, act):
    assert attempt(act) == "denied: PermissionError"


def test_the_environment_holds_no_secrets(attempt, monkeypatch):
    monkeypatch.setenv("CYTOTHECA_SECRET", "hush")
    fresh = Sandbox()
    names = attempt("environment")
    assert "SECRET" not in names
    assert "HDF5_PLUGIN_PRELOAD" in names
    fresh.close()


@pytest.mark.usefixtures("still_works")
def test_a_crash_is_a_sentence(attempt):
    with pytest.raises(Unreadable, match=r"can't be read safely: its reader crashed \(SIGSEGV\)"):
        attempt("crash")


@pytest.mark.usefixtures("still_works")
def test_the_memory_limit_is_a_sentence(attempt):
    with pytest.raises(Unreadable, match="needs more than 600 MB of memory"):
        attempt("allocate", limits=Limits(memory_bytes=600 * MIB))


@pytest.mark.usefixtures("still_works")
def test_the_wall_clock_limit_is_a_sentence(attempt):
    with pytest.raises(Unreadable, match=r"not done after 0.5 seconds"):
        attempt("spin", limits=Limits(wall_seconds=0.5))


@pytest.mark.usefixtures("still_works")
def test_the_processor_limit_is_a_sentence(attempt):
    with pytest.raises(Unreadable, match=r"needs too much computing time"):
        attempt("spin", limits=Limits(cpu_seconds=1, wall_seconds=30))


@pytest.mark.usefixtures("still_works")
def test_the_size_of_an_answer_is_limited(attempt):
    with pytest.raises(Unreadable, match="can't be read safely: its description has"):
        attempt("babble")


def test_the_size_of_written_files_is_limited(room, beads, tmp_path):
    tight = MeasurementRoom(limits=Limits(output_bytes=20_000))
    with pytest.raises(Unreadable):
        tight.condense(beads, tmp_path / "c.rtdc", basins=())
    tight.close()
    assert list(tmp_path.iterdir()) == []


def test_a_crash_while_inspecting_is_a_verdict_not_an_error(beads):
    starved = MeasurementRoom(limits=Limits(wall_seconds=0))
    found = starved.inspect(beads)
    starved.close()
    assert (found.verdict.kind, found.valid, found.facts) == ("unreadable", False, None)
    assert "can't be read safely" in found.problem


def test_a_killed_zygote_is_replaced(beads):
    with contextlib.closing(Sandbox()) as sandbox:
        sandbox.start()
        first = sandbox._process.pid
        os.kill(first, signal.SIGKILL)
        with sandbox.run("inspect", beads, {"with_sha256": False}) as answer:
            assert answer.result["valid"]
        assert sandbox._process.pid != first


def test_a_zygote_killed_over_a_task_gets_a_second_chance(beads):
    with contextlib.closing(Sandbox()) as sandbox:
        sandbox.start()
        process = sandbox._process
        threading.Timer(0.3, process.kill).start()
        limits = Limits(wall_seconds=1)
        spin = sandbox.run("selftest", beads, {"act": "spin"}, limits=limits)
        with pytest.raises(Unreadable, match="not done after 1 seconds"), spin:
            pass
        assert sandbox._process.pid != process.pid


def test_children_die_with_their_zygote(beads, wait_until):
    with contextlib.closing(Sandbox()) as sandbox:
        sandbox.start()
        zygote = sandbox._process.pid
        children = f"/proc/{zygote}/task/{zygote}/children"

        def spin():
            limits = Limits(wall_seconds=3)
            task = sandbox.run("selftest", beads, {"act": "spin"}, limits=limits)
            with contextlib.suppress(Unreadable), task:
                pass

        def find_children():
            return Path(children).read_text().split()

        thread = threading.Thread(target=spin)
        thread.start()
        (child,) = wait_until(find_children)
        os.kill(zygote, signal.SIGKILL)
        wait_until(lambda: not Path(f"/proc/{child}").exists())
        thread.join()


def test_a_reader_killed_from_outside_says_nothing_of_its_file(beads, wait_until):
    """R2: short memory, or an operator, kills whom it finds; the job tries again."""
    with contextlib.closing(Sandbox()) as sandbox:
        sandbox.start()
        with sandbox.run("inspect", beads, {"with_sha256": False}):
            pass  # by now the zygote has tried out, in children, what this kernel allows
        zygote = sandbox._process.pid
        children = Path(f"/proc/{zygote}/task/{zygote}/children")
        ends = []

        def spin():
            task = sandbox.run("selftest", beads, {"act": "spin"}, limits=Limits(wall_seconds=60))
            try:
                with task:
                    pass
            except (SandboxUnavailable, Unreadable) as end:
                ends.append(end)

        thread = threading.Thread(target=spin)
        thread.start()
        (child,) = wait_until(lambda: children.read_text().split())
        os.kill(int(child), signal.SIGKILL)
        thread.join()
    (end,) = ends
    assert isinstance(end, SandboxUnavailable)
    assert "was killed" in str(end)


def test_threads_share_a_zygote(room, beads, measurements):
    names = ["blood_rbc_leukocytes.rtdc", "calibration_beads_47.rtdc", "example_traces.rtdc"] * 2
    found = {}

    def inspect(place, name):
        found[place] = room.inspect(measurements / name).facts.event_count

    threads = [threading.Thread(target=inspect, args=pair) for pair in enumerate(names)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[place] for place in range(6)] == [18, 47, 47] * 2


# forks in a process of its own: a child that went astray in ours would answer for the tests
FORKS = """
import os, sys
from pathlib import Path
from cytotheca.extensions.dc_schemas.measurement.service import MeasurementRoom
room = MeasurementRoom()
valid = [room.inspect(Path(sys.argv[1])).valid]
pid = os.fork()
if pid == 0:
    status = 1
    try:
        status = 0 if room.inspect(Path(sys.argv[1])).valid else 2
    finally:
        os._exit(status)
forked = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
print(valid, forked, room.inspect(Path(sys.argv[1])).valid)
room.close()
"""

OWNS_A_ZYGOTE = """
import os, sys
from pathlib import Path
from cytotheca.extensions.dc_schemas.measurement.service import MeasurementRoom
room = MeasurementRoom(run_dir=Path(sys.argv[1]))
room.warm_up()
print(room._sandbox._process.pid, flush=True)
os._exit(0)
"""


def _run(script, argument):
    command = [sys.executable, "-P", "-c", script, str(argument)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
    return done.stdout.strip()


def test_a_process_and_its_fork_share_a_zygote(beads):
    assert _run(FORKS, beads) == "[True] 0 True"


def test_closing_leaves_nothing_behind(beads, tmp_path, wait_until):
    room = MeasurementRoom(run_dir=tmp_path)
    room.draw_preview(beads, tmp_path / "p.jpg")
    pid = room._sandbox._process.pid
    room.close()
    assert [path.name for path in tmp_path.iterdir()] == ["p.jpg"]
    wait_until(lambda: not Path(f"/proc/{pid}").exists())


def test_a_zygote_that_is_asked_to_end_leaves_nothing_behind(tmp_path, wait_until):
    room = MeasurementRoom(run_dir=tmp_path)
    room.warm_up()
    os.kill(room._sandbox._process.pid, signal.SIGTERM)
    wait_until(lambda: list(tmp_path.iterdir()) == [])
    room.close()


def test_a_zygote_ends_with_its_owner(tmp_path, wait_until):
    zygote = _run(OWNS_A_ZYGOTE, tmp_path)
    wait_until(lambda: not Path(f"/proc/{zygote}").exists() or _is_zombie(zygote))
    wait_until(lambda: list(tmp_path.iterdir()) == [])


def _is_zombie(pid):
    return Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z"


def test_devices_and_folders_are_no_measurements(room, tmp_path):
    fifo = tmp_path / "fifo.rtdc"
    os.mkfifo(fifo)
    for path in (fifo, tmp_path):
        found = room.inspect(path)
        assert (found.verdict.kind, found.valid) == ("unreadable", False)
