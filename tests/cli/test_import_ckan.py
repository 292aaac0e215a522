"""``cytotheca import ckan``: a running site is copied, and a second run changes nothing."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from acceptance.site import COMMAND
from moody_relay import moody_relay

from cytotheca.cli.access import SiteAccess

if TYPE_CHECKING:
    import pathlib

NOTES = "".join(f"{number:>9}\n" for number in range(200_000)).encode()
SAME = ("id", "name", "title", "authors", "license_id", "owner_org", "private", "state", "notes",
        "creator_user_id", "metadata_created", "metadata_modified", "extras")  # fmt: skip
SAME_OF_FILES = ("id", "name", "description", "format", "size", "sha256", "etag", "created",
                 "last_modified", "metadata_modified", "mimetype")  # fmt: skip


@dataclass
class House:
    """The folder of a site to move into, and the command that does it."""

    folder: pathlib.Path
    run: Any

    def take(self, client, *refs, **options):
        """Take datasets from a client's site, seen with its token."""
        words = ["--token", client.token] if client.token else []
        words += [word for ref in refs for word in ("--only", ref)]
        words += [f"--{name.replace('_', '-')}" for name in options]
        url = options.get("url", client.url)
        return self.run("--site", self.folder, "import", "ckan", url, *words)

    def show(self, ref):
        """Return a dataset as it is here; None if it is not."""
        done = self.run("--site", self.folder, "dataset", "show", ref)
        return json.loads(done.stdout) if done.returncode == 0 else None

    def ask(self, action, **params):
        """Return the result of an action here."""
        with SiteAccess(site_dir=self.folder).open() as opened:
            return opened.call(action, params, ignore_auth=True)

    def parts(self):
        """Return the files that have not come completely."""
        return list((self.folder / "import").glob("*.part"))

    def bytes_of(self, resource):
        """Return what the store keeps of a resource."""
        rid = resource["id"]
        objects = self.folder / "storage" / "objects"
        [path] = objects.glob(f"*/resource/{rid[:3]}/{rid[3:6]}/{rid[6:]}")
        return path.read_bytes()


@pytest.fixture
def house(site_folder, cli):
    return House(site_folder, cli)


@pytest.fixture(scope="session")
def described(site, desk, new_name):
    """A draft with a file that the field knows much of, and one that takes its time."""
    ed = site.people["ed"]
    draft = desk.draft(ed, title=new_name("moves"), notes="Measured twice")
    rid = desk.put(ed, draft, NOTES)
    supplement = {"sp:chip:channel width": 21.0, "sp:cells:organism": "Mus musculus"}
    added = desk.register(ed, draft, id=rid, name="notes.txt", description="d", **supplement)
    return added.result["package"]


@pytest.fixture
def relay(site):
    with moody_relay(site.url) as running:
        yield running


def without_url(client, url):
    return type(client)(url=url, name=client.name, token=client.token, id=client.id)


def test_a_dataset_moves_in_with_its_past(house, admin, ed, described, public_beads):
    """Moving in: ids, dates, creator, supplements, metadata and bytes are kept."""
    done = house.take(admin, described["id"], public_beads.dataset["name"])
    assert done.returncode == 0, done.stdout
    for ref in (described["id"], public_beads.dataset["id"]):
        there, here = ed.get("package_show", id=ref).result, house.show(ref)
        assert [here[key] for key in SAME] == [there[key] for key in SAME]
        [one], [own] = there["resources"], here["resources"]
        keys = [*SAME_OF_FILES, *(key for key in one if key.startswith(("dc:", "sp:")))]
        assert {key: own.get(key) for key in keys} == {key: one.get(key) for key in keys}
        assert hashlib.sha256(house.bytes_of(own)).hexdigest() == one["sha256"]
    assert "note\tdataset" not in done.stdout


def test_people_come_with_their_roles_but_without_their_passwords(house, admin, described):
    """Moving in: users without passwords, circles with their members."""
    assert house.take(admin, described["id"]).returncode == 0
    shown = house.run("--site", house.folder, "user", "show", "ed").stdout
    assert "ed@example.org" in shown
    users = house.ask("organization_show", id="lab-a", include_users=True)["users"]
    roles = {one["name"]: one["capacity"] for one in users}
    assert (roles["ed"], roles["mo"], roles["ada"]) == ("editor", "member", "admin")


def test_a_second_run_changes_nothing(house, admin, described):
    """Moving in: what is complete is left alone."""
    house.take(admin, described["id"])
    before = house.show(described["id"])
    again = house.take(admin, described["id"])
    assert again.returncode == 0
    assert "taken" not in again.stdout
    assert house.show(described["id"]) == before


def test_a_dry_run_changes_nothing(house, admin, described):
    """Moving in: it tells what would be taken."""
    done = house.take(admin, described["id"], dry_run=True)
    assert f"would take\tdataset\t{described['name']}" in done.stdout
    assert house.show(described["id"]) is None


def test_without_a_token_the_public_moves_in(house, nobody, described, public_beads):
    """Moving in: what cannot be taken is named, with the reason, and the command fails."""
    done = house.take(nobody, public_beads.dataset["id"], described["id"])
    assert done.returncode == 1
    refusals = done.stdout.split("Not taken, and why:")[1]
    assert f"dataset {described['id']}: package_show: Access denied" in refusals
    assert house.show(public_beads.dataset["id"])["creator_user_id"] is None


def test_a_stranger_of_the_same_name_gets_nothing(house, admin, described):
    """Moving in: a name alone does not make an account somebody's."""
    words = ("user", "add", "ed", "--email", "else@example.org", "--password", "correct-horse")
    assert house.run("--site", house.folder, *words).returncode == 0
    done = house.take(admin, described["id"])
    assert done.returncode == 1
    assert "user ed: somebody else has this name here" in done.stdout
    assert house.show(described["id"])["creator_user_id"] is None


def test_a_kill_in_the_middle_costs_only_the_rest(house, admin, described, relay, wait_until):
    """Moving in, R1: a dataset is here whole or not at all, and its file is continued."""
    relay.mood = "hold"
    words = ["import", "ckan", relay.url, "--token", admin.token, "--only", described["id"]]
    with subprocess.Popen([COMMAND, "--site", house.folder, *words]) as process:
        wait_until(lambda: any(part.stat().st_size for part in house.parts()))
        process.kill()
    relay.released.set()
    assert house.show(described["id"]) is None
    assert house.take(without_url(admin, relay.url), described["id"]).returncode == 0
    [resource] = house.show(described["id"])["resources"]
    assert house.bytes_of(resource) == NOTES
    assert relay.ranges[0] == ""
    assert relay.ranges[1].startswith("bytes=")
    assert house.parts() == []


def test_a_broken_connection_is_taken_up_again(house, admin, described, relay):
    """Moving in: within one run."""
    relay.mood = "cut"
    assert house.take(without_url(admin, relay.url), described["id"]).returncode == 0
    [resource] = house.show(described["id"])["resources"]
    assert house.bytes_of(resource) == NOTES
    assert relay.ranges == ["", f"bytes={len(NOTES) // 2}-"]


def test_damaged_files_are_not_believed(house, admin, described, relay):
    """Moving in: digests are verified; nothing of such a dataset stays."""
    relay.mood = "damage"
    done = house.take(without_url(admin, relay.url), described["id"])
    assert done.returncode == 1
    assert "notes.txt: the sha256 is not" in done.stdout
    assert house.show(described["id"]) is None
    assert not (house.folder / "storage" / "objects").exists() or not list(
        (house.folder / "storage" / "objects").rglob("*-*-*-*-*/resource")
    )


def test_an_address_that_is_no_site_is_told(house, relay, admin):
    """Moving in: in one sentence."""
    shutil.rmtree(house.folder / "import", ignore_errors=True)
    done = house.take(without_url(admin, f"{relay.url}/nowhere"))
    assert done.returncode == 1
    assert "cannot be read" in done.stderr
