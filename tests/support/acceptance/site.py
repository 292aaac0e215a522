"""A running site: real, in a folder with a short path, on a free loopback port."""

from __future__ import annotations

import atexit
import contextlib
import functools
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import psutil
import requests

from acceptance.client import Client
from acceptance.waiting import wait_for

if TYPE_CHECKING:
    from collections.abc import Mapping

COMMAND = pathlib.Path(sys.executable).with_name("cytotheca")
MODEL_URL = "http://127.0.0.1:1"
TOKEN_FILE = "ada.token"
#: Words in the command lines of a site's processes.
PROCESS_WORDS = {"web": "gunicorn", "queue": "valkey-server", "worker": "jobs worker"}


@dataclass(slots=True)
class Site:
    """A site's folder and, while it runs, its processes."""

    folder: pathlib.Path
    url: str
    people: dict[str, Client] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    def cli(self, *words: str, check: bool = True) -> str:
        """Run a command on the site and return what it printed."""
        done = subprocess.run(
            [COMMAND, "--site", self.folder, *words], capture_output=True, text=True, check=False
        )
        assert not check or done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
        return done.stdout

    def configure(self, options: Mapping[str, str]) -> None:
        """Write options into the ini."""
        ini = self.folder / "cytotheca.ini"
        keys = tuple(f"{key} =" for key in options)
        kept = [line for line in ini.read_text().splitlines() if not line.startswith(keys)]
        added = [f"{key} = {value}" for key, value in options.items()]
        ini.write_text("\n".join([*kept, *added, ""]))

    def start(self) -> None:
        """Run the site and wait until it is ready."""
        port = self.url.rpartition(":")[2]
        command = [COMMAND, "--site", self.folder, "serve", "--port", port]
        with (self.folder / "serve.out").open("ab") as output:
            self.process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        wait_for(self.is_ready, 60)

    def is_ready(self) -> bool:
        """Tell whether the site takes requests."""
        assert self.process is None or self.process.poll() is None, self.last_output()
        try:
            return requests.get(f"{self.url}/health/ready", timeout=5).status_code == 200
        except (requests.ConnectionError, requests.Timeout):  # still starting
            return False

    def last_output(self) -> str:
        """Return the end of what the processes said, for messages."""
        return (self.folder / "serve.out").read_text(errors="replace")[-4000:]

    def processes(self, kind: str) -> list[psutil.Process]:
        """Return the running processes of one kind: web, worker or queue."""
        assert self.process is not None
        family = psutil.Process(self.process.pid).children(recursive=True)
        return [one for one in family if PROCESS_WORDS[kind] in " ".join(command_line(one))]

    def kill(self, kind: str) -> None:
        """Kill all processes of one kind the hard way."""
        victims = self.processes(kind)
        assert victims, f"no {kind} process runs"
        for victim in victims:
            with contextlib.suppress(psutil.NoSuchProcess):  # it went with its parent
                victim.kill()
        psutil.wait_procs(victims, timeout=10)

    def crash(self) -> None:
        """Kill every process of the site at once, as a lost power supply does."""
        assert self.process is not None
        family = [psutil.Process(self.process.pid)]
        family += family[0].children(recursive=True)
        for one in family:
            with contextlib.suppress(psutil.NoSuchProcess):  # it went with its parent
                one.kill()
        self.process.wait(timeout=10)
        psutil.wait_procs(family, timeout=10)
        self.process = None

    def stop(self) -> None:
        """End the site as an operator does, then whatever did not end."""
        if self.process is None or self.process.poll() is not None:  # it ended; the test says why
            self.process = None
            return
        family = psutil.Process(self.process.pid).children(recursive=True)
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
        for left in psutil.wait_procs(family, timeout=2)[1]:
            with contextlib.suppress(psutil.NoSuchProcess):
                left.kill()
        self.process = None

    def objects(self) -> set[str]:
        """Return the keys of all files in the object store's folder."""
        root = self.folder / "storage" / "objects"
        return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}

    def settle(self) -> None:
        """Make the people and the organization the acceptance lists speak of."""
        ada = Client(url=self.url, name="ada", token=(self.folder / TOKEN_FILE).read_text())
        self.people = {"ada": ada, "": Client(url=self.url)}
        for name in ("ed", "mo", "xi"):
            self.hire(name)
        members = [{"name": "ed", "capacity": "editor"}, {"name": "mo", "capacity": "member"}]
        assert ada.post("organization_create", name="lab-a", title="Lab A", users=members).result

    def hire(self, name: str) -> Client:
        """Make a user with a token."""
        user = self.people["ada"].post(
            "user_create",
            name=name,
            email=f"{name}@example.org",
            password="correct-horse",
            with_apitoken=True,
        )
        self.people[name] = Client(
            url=self.url, name=name, token=user.result["token"], id=user.result["id"]
        )
        return self.people[name]


def command_line(process: psutil.Process) -> list[str]:
    """Return the words a process was started with; none if it is gone."""
    try:
        return process.cmdline()
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return []


@functools.cache
def _model_folder() -> pathlib.Path:
    """Make the folder of a site with its administrator, once a process; sites are copies of it."""
    home = pathlib.Path(tempfile.mkdtemp(prefix="cyt-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    model = Site(folder=home / "s", url=MODEL_URL)
    subprocess.run(
        [COMMAND, "init", model.folder, "--url", model.url], check=True, capture_output=True
    )
    model.cli("user", "add", "ada", "--email", "ada@example.org", "--password", "correct-horse")
    model.cli("sysadmin", "add", "ada")
    token = model.cli("user", "token", "add", "ada", "tests", "--quiet").strip()
    (model.folder / TOKEN_FILE).write_text(token)
    return model.folder


def copy_model(folder: pathlib.Path, url: str) -> None:
    """Make the folder of a site that has nothing but its administrator."""
    shutil.copytree(_model_folder(), folder)
    ini = folder / "cytotheca.ini"
    ini.write_text(ini.read_text().replace(MODEL_URL, url))


def found_site(options: Mapping[str, str]) -> Site:
    """Make a site, run it and settle its people."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
    home = pathlib.Path(tempfile.mkdtemp(prefix="cyt-"))
    site = Site(folder=home / "s", url=url)
    copy_model(site.folder, url)
    try:
        site.configure(options)
        site.start()
        site.settle()
    except BaseException:
        raze_site(site)
        raise
    return site


def raze_site(site: Site) -> None:
    """Stop a site and remove its folder."""
    site.stop()
    shutil.rmtree(site.folder.parent, ignore_errors=True)
