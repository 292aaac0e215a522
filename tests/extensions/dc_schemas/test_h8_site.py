"""H8, H3, H4 at a running site: hostile files come in by both ways, and nothing gets out.

The canaries lie where the server can read them. Each file is uploaded to a draft of its own,
the jobs are awaited, and then every answer and every file of the site is searched.
"""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import os
import sqlite3
from typing import TYPE_CHECKING

import h5py
import hostile
import numpy as np
import psutil
import pytest

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterator

    from acceptance.client import Client
    from acceptance.desk import Deposit
    from acceptance.site import Site

#: Traps that hurt a careless reader most; the room's tests have all of them.
TRAPS = ("declares_128_tib", "lying_deflate_large_chunk", "lying_zstd", "many_paths", "deep")
REFUSED = [name for name, (_, is_refused) in hostile.ESCAPES.items() if is_refused]
PASSING = [name for name, (_, is_refused) in hostile.ESCAPES.items() if not is_refused]
AT_NEIGHBOUR = ("link_feature", "link_logs", "virtual_feature", "basin_file")
QUERIES = ("valid", "metadata", "size", "feature_list", "trace_list", "logs", "tables", "basins")
GROWTH = 150 * 1024**2
BLOCK = 1024**2


def web_memory(site: Site) -> int:
    return sum(one.memory_info().rss for one in site.processes("web") if one.is_running())


def await_jobs(site: Site, wait_until, deposits: list[Deposit]) -> None:
    """Wait until no job of the deposits is left; a failed one stays, and ends the wait."""
    subjects = {one.resource["id"] for one in deposits}

    def left() -> list[tuple[str, str]]:
        return [(key, state) for key, state in jobs_of(site, subjects) if state != "failed"]

    wait_until(lambda: not left(), timeout=240)
    assert jobs_of(site, subjects) == []


def jobs_of(site: Site, subjects: set[str]) -> list[tuple[str, str]]:
    with contextlib.closing(sqlite3.connect(site.folder / "cytotheca.db")) as database:
        rows = database.execute("SELECT key, state, subject FROM outbox WHERE kind = 'job'")
        return [(key, state) for key, state, subject in rows if subject in subjects]


@pytest.fixture(scope="module")
def witnesses(site, ed, private_beads) -> tuple[list[psutil.Process], int]:
    """The workers (not their children), and the memory of a web server that is warm."""
    for _ in range(6):  # both processes have loaded what they need
        list(answers(ed, private_beads))
    found = site.processes("worker")
    ids = {one.pid for one in found}
    return [one for one in found if one.ppid() not in ids], web_memory(site)


@pytest.fixture(scope="module")
def uploads(site, ed, desk, witnesses, hostile_files, tmp_path_factory, wait_until):
    """All hostile files, uploaded one after the other by alternating ways; jobs done."""
    assert witnesses
    folder = tmp_path_factory.mktemp("traps")
    paths = {name: escape.path for name, escape in hostile_files.items()}
    for name in TRAPS:
        paths[name] = folder / f"{name}.rtdc"
        hostile.TRAPS[name](paths[name])
    made = {}
    for number, (name, path) in enumerate(paths.items()):
        way = desk.direct if number % 2 else desk.legacy
        made[name] = way(ed, desk.draft(ed, title=f"Hostile {name}"), path, path.name)
    await_jobs(site, wait_until, list(made.values()))
    return made


def answers(client: Client, deposit: Deposit) -> Iterator[tuple[str, bytes]]:
    """Yield all that the site says about a deposit."""
    did, rid = deposit.dataset["id"], deposit.resource["id"]
    search = f"package_search?fq=id:{did}&include_private=true&include_drafts=true"
    calls = [f"package_show?id={did}", f"resource_show?id={rid}", search]
    calls += [f"resource_view_list?id={rid}", f"package_activity_list?id={did}"]
    calls += [f"dcserv?id={rid}&query={query}" for query in QUERIES]
    paths = [f"/api/3/action/{call}" for call in calls]
    paths += [f"/dataset/{did}", deposit.page, f"/dataset/?q={deposit.dataset['title']}"]
    paths += [f"{deposit.page}/preview.jpg", f"/dataset/edit/{did}"]
    for path in paths:
        answer = client.fetch(path)
        assert answer.status_code < 500, (path, answer.text)
        yield path, answer.content


def assert_pages_open(client: Client, deposit: Deposit) -> None:
    for path in (f"/dataset/{deposit.dataset['id']}", deposit.page):
        assert client.fetch(path).status_code == 200


@pytest.mark.parametrize("name", [*REFUSED, *TRAPS])
def test_a_hostile_file_gives_nothing_away(ed, uploads, canaries, name):
    """H8, H2: there are a page and a reason, and neither condensed file nor preview."""
    deposit = uploads[name]
    assert [path for path, said in answers(ed, deposit) if canaries.found_in(said)] == []
    assert_pages_open(ed, deposit)
    for derived in ("condensed.rtdc", "preview.jpg"):
        assert ed.fetch(f"{deposit.page}/{derived}").status_code == 404
    assert ed.get("dcserv", id=deposit.resource["id"], query="logs").status == 409
    assert canaries.requests == []


@pytest.mark.parametrize("name", [*REFUSED, *TRAPS])
def test_activation_says_what_is_wrong_with_the_file(ed, desk, uploads, canaries, name):
    """H2: the message names the object and the way out."""
    answer = desk.revise(ed, uploads[name].dataset, state="active")
    assert answer.status == 409
    [text] = answer.error["state"]
    assert len(text.partition("valid DC resource!")[2]) > len("too short a reason")
    assert not canaries.found_in(text)
    assert not canaries.found_in(str(answer.body))
    if name in REFUSED:
        assert "(/" in text


@pytest.mark.parametrize("name", PASSING)
def test_what_passes_shows_nothing_but_itself(ed, desk, uploads, canaries, tmp_path, name):
    """H8, H7: basins and odd attributes are not followed, and not passed on."""
    deposit = desk.processed(ed, uploads[name])
    assert [path for path, said in answers(ed, deposit) if canaries.found_in(said)] == []
    condensed = tmp_path / "condensed.rtdc"
    condensed.write_bytes(ed.fetch(f"{deposit.page}/condensed.rtdc").content)
    content = everything_in(condensed)
    assert not canaries.found_in(content)
    assert str(canaries.private_file).encode() not in content
    assert b"/bucket/private.rtdc" not in content
    assert desk.revise(ed, deposit.dataset, state="active").status == 200
    assert canaries.requests == []


def everything_in(path: pathlib.Path) -> bytes:
    """Return all bytes of an HDF5 file, packed and unpacked."""
    parts = [path.read_bytes()]
    with h5py.File(path) as file:
        parts += [repr(value).encode() for value in file.attrs.values()]

        def note(name: str, found: h5py.HLObject) -> None:
            parts.append(name.encode())
            if isinstance(found, h5py.Dataset):
                parts.append(found[()].tobytes())

        file.visititems(note)
    return b"".join(parts)


@pytest.fixture(scope="module")
def neighbour(site, admin, desk, new_name, tmp_path_factory, wait_until):
    """Other secrets, in a private dataset of another circle, as the store keeps it."""
    planted = hostile.plant_canaries(tmp_path_factory.mktemp("other"))
    circle = admin.post("organization_create", name=new_name("lab-b")).result
    deposit = desk.direct(admin, desk.draft(admin, owner_org=circle["id"]), planted.private_file)
    await_jobs(site, wait_until, [deposit])
    root = site.folder / "storage" / "objects"
    tail = f"resource/{deposit.key}"
    [stored] = [path for path in root.rglob("*") if path.is_file() and str(path).endswith(tail)]
    yield dataclasses.replace(planted, private_file=stored)
    hostile.silence(planted)


@pytest.fixture(scope="module")
def at_neighbour(site, ed, desk, neighbour, tmp_path_factory, wait_until):
    """Files that point at another user's upload in the store."""
    folder = tmp_path_factory.mktemp("neighbour")
    made = {}
    for name in AT_NEIGHBOUR:
        path = hostile.write_measurement(folder / f"{name}.rtdc")
        with h5py.File(path, "a") as file:
            hostile.ESCAPES[name][0](file, neighbour)
        made[name] = desk.direct(ed, desk.draft(ed), path)
    await_jobs(site, wait_until, list(made.values()))
    return made


@pytest.mark.parametrize("name", AT_NEIGHBOUR)
def test_nobody_reads_the_file_of_another(ed, at_neighbour, neighbour, tmp_path, name):
    """H8: H1.6 says how a measurement without date and time gets past dclab's own check."""
    deposit = at_neighbour[name]
    assert [path for path, said in answers(ed, deposit) if neighbour.found_in(said)] == []
    made = ed.fetch(f"{deposit.page}/condensed.rtdc")
    assert (made.status_code == 200) == (name in PASSING)
    if name in PASSING:
        (tmp_path / "c.rtdc").write_bytes(made.content)
        assert not neighbour.found_in(everything_in(tmp_path / "c.rtdc"))


def test_no_file_of_the_site_holds_a_canary(site, uploads, canaries):
    """H8: logs, database, index, pictures, derived files."""
    assert uploads
    needles = [canaries.secret.encode()]
    needles += [np.float64(number).tobytes() for number in canaries.numbers]
    needles += [repr(number).encode() for number in canaries.numbers]
    files = [path for path in site.folder.rglob("*") if path.is_file()]
    assert any(path.parent.name == "logs" for path in files)
    assert [path for path in files if holds(path, needles)] == []


def holds(path: pathlib.Path, needles: list[bytes]) -> bool:
    """Search a file block by block, without its holes: begun uploads may have gigabytes."""
    before, position = b"", 0
    with path.open("rb") as file:
        while (data := next_data(file.fileno(), position)) is not None:
            block = os.pread(file.fileno(), BLOCK, data)
            content = (before if data == position else b"") + block
            if any(needle in content for needle in needles):
                return True
            before, position = block[-max(map(len, needles)) :], data + len(block)
    return False


def next_data(fd: int, position: int) -> int | None:
    """Return where the next bytes are that are no hole, None behind the last."""
    try:
        return os.lseek(fd, position, os.SEEK_DATA)
    except OSError as error:
        if error.errno == errno.ENXIO:
            return None
        raise


def test_a_canary_would_be_seen(tmp_path):
    """The search itself: also across the border of two blocks, and behind 20 GiB of holes."""
    path = tmp_path / "log"
    with path.open("wb") as file:
        file.truncate(20 * 1024**3)
        file.seek(0, os.SEEK_END)
        file.write(bytes(BLOCK - 3) + b"canary" + bytes(BLOCK))
    assert holds(path, [b"canary", b"x"])
    assert not holds(path, [b"canaries", b"x"])


def test_the_workers_live_and_the_next_file_is_processed(
    site, ed, desk, beads, uploads, witnesses, canaries
):
    """H3, H4: no death, no growth, and the queue moves on."""
    assert uploads
    workers, memory = witnesses
    assert web_memory(site) - memory < GROWTH
    assert desk.measure(ed, beads).dataset["state"] == "active"
    assert all(one.is_running() for one in workers)
    assert canaries.requests == []
