"""Kills at random while files are uploaded and worked on; afterwards nothing may be missing."""

from __future__ import annotations

import hashlib
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import psutil
import requests

from acceptance.desk import Deposit, Desk
from acceptance.site import command_line

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Callable

    from acceptance.client import Client
    from acceptance.site import Site

ARTIFACTS = ["condensed", "preview", "resource"]
UPLOADERS = 3


@dataclass(slots=True, kw_only=True)
class Storm:
    """Uploads of one file, again and again, to a site whose processes are killed meanwhile."""

    site: Site
    client: Client
    path: pathlib.Path
    seed: int
    longest_pause_s: float = 1.5
    patience_s: float = 180
    deposits: list[Deposit] = field(default_factory=list)
    killed: dict[str, int] = field(default_factory=dict)
    _over: threading.Event = field(default_factory=threading.Event)

    def run(self, *, uploads: int, kills: int) -> None:
        """Upload and kill at the same time, until both numbers are reached."""
        with ThreadPoolExecutor(UPLOADERS) as pool:
            jobs = [pool.submit(self._upload, number) for number in range(uploads)]
            try:
                self._kill(kills)
            finally:
                self._over.set()
            self.deposits = [job.result() for job in jobs]

    def missing(self) -> list[str]:
        """Return what is not there yet, one line each; empty when all is well."""
        try:
            return [line for deposit in self.deposits for line in self._missing_of(deposit)]
        except (requests.ConnectionError, requests.Timeout) as error:
            return [f"the site is away: {error}"]

    def _missing_of(self, deposit: Deposit) -> list[str]:
        rid = deposit.resource["id"]
        tail = f"{rid[:3]}/{rid[3:6]}/{rid[6:]}"
        have = sorted(key.split("/")[1] for key in self.site.objects() if key.endswith(tail))
        lines = [f"{rid}: has {have}"] if have != ARTIFACTS else []
        answer = self.client.get("package_show", id=deposit.dataset["id"])
        shown = answer.body["result"]["resources"] if answer.status == 200 else []
        if [one["id"] for one in shown] != [rid]:
            return [*lines, f"{rid}: {answer.status}, {len(shown)} resources"]
        digest = hashlib.sha256(self.path.read_bytes()).hexdigest()
        if shown[0].get("sha256") != digest or "dc:experiment:event count" not in shown[0]:
            lines.append(f"{rid}: is not described")
        return lines

    def _kill(self, kills: int) -> None:
        chance = random.Random(self.seed)  # noqa: S311 - to be repeated
        while sum(self.killed.values()) < kills:
            time.sleep(chance.uniform(0, self.longest_pause_s))  # the dose, not a wait
            victim = chance.choice(self._victims() or [None])
            if victim is None:
                continue
            kind = kind_of(victim)
            try:
                victim.kill()
            except psutil.NoSuchProcess:
                continue
            self.killed[kind] = self.killed.get(kind, 0) + 1

    def _victims(self) -> list[psutil.Process]:
        """Return everything but the supervisor: killing that is another test's matter."""
        assert self.site.process is not None
        top = psutil.Process(self.site.process.pid)
        return [one for one in top.children(recursive=True) if kind_of(one)]

    def _upload(self, number: int) -> Deposit:
        name = f"storm_{number}.rtdc"
        dataset = self._patiently(lambda: Desk.draft(self.client, title=f"Storm {number}"))
        rid = self._patiently(lambda: Desk.put(self.client, dataset, self.path.read_bytes()))
        self._patiently(lambda: self._register(dataset, rid, name))
        return Deposit(path=self.path, dataset=dataset, resource={"id": rid, "name": name})

    def _register(self, dataset: dict[str, Any], rid: str, name: str) -> bool:
        answer = Desk.register(self.client, dataset, id=rid, name=name)
        return answer.status == 200 or "already exists" in str(answer.body)

    def _patiently(self, step: Callable[[], Any]) -> Any:
        """Repeat a step, as clients do, until the site has done it."""
        end = time.monotonic() + self.patience_s
        while True:
            try:
                done = step()
            except (requests.RequestException, AssertionError):
                done = None
            if done:
                return done
            if time.monotonic() > end:
                message = f"not done within {self.patience_s} s; killed: {self.killed}"
                raise TimeoutError(message)
            time.sleep(0.2)


def kind_of(process: psutil.Process) -> str:
    """Return what a process is: web, worker, queue, relay, reader, or nothing to be killed."""
    line = " ".join(command_line(process))
    words = {"gunicorn": "web", "jobs worker": "worker", "valkey": "queue", "jobs relay": "relay",
             "measurement": "reader"}  # fmt: skip
    return next((kind for word, kind in words.items() if word in line), "")
