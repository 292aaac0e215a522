"""O8: on a full disk uploads are refused, everything else goes on, and nothing is truncated."""

from __future__ import annotations

import io
import os
import subprocess

import pytest
from pages_site import build_site

from cytotheca.core.domain.errors import InsufficientStorage
from cytotheca.core.jobs.relay import relay_once

MEGABYTE = 1024**2
RESERVE = 12 * MEGABYTE  # more than the ballast
BANNER = "The disk of this site is full"


@pytest.fixture
def volume(tmp_path):
    """A small disk of its own, which only root can have."""
    folder = tmp_path / "volume"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=80m", "tmpfs", folder]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("a small volume cannot be mounted here")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.fixture
def pages(volume):
    built = build_site(volume, {"cytotheca.storage.reserve_bytes": str(RESERVE)})
    relay_once(built.site)  # which takes on the ballast
    yield built
    built.site.close()
    built.site.search.close()


@pytest.fixture
def upload(pages):
    """Send a file by a form, as ed; return the answer."""
    token = pages.call("api_token_create", "ed", user="ed", name="t")["token"]
    client = pages.app.test_client()

    def send(package, size):
        file = (io.BytesIO(b"u" * size), "a.bin")
        form = {"package_id": package, "name": "a.bin", "upload": file}
        headers = {"Authorization": token}
        return client.post("/api/3/action/resource_create", data=form, headers=headers)

    return send


def free(volume):
    status = os.statvfs(volume)
    return status.f_bavail * status.f_frsize


def fill(volume, leave):
    """Fill the volume until so many bytes are free."""
    with (volume / "filler").open("ab") as file:
        file.write(b"x" * max(0, free(volume) - leave))


def test_uploads_are_refused_the_rest_goes_on_and_room_is_seen_at_once(pages, volume, upload):
    package = pages.call("package_create", "ed", name="beads", owner_org="lab-a")["id"]
    assert upload(package, MEGABYTE).status_code == 200
    browser = pages.browser("ed")
    assert BANNER not in browser.get("/").text

    # a file that would eat the reserve; then nothing is left but half of it
    fill(volume, RESERVE + 2 * MEGABYTE)
    assert upload(package, 3 * MEGABYTE).status_code == 507
    assert upload(package, MEGABYTE).status_code == 200
    fill(volume, RESERVE // 2)
    refused = upload(package, 1000)
    assert refused.status_code == 507
    assert refused.json["error"]["__type"] == "Insufficient Storage"
    assert BANNER in browser.get("/dataset/beads").text
    assert pages.call("package_patch", "ed", id=package, notes="saved")["notes"] == "saved"

    # no room at all
    fill(volume, 0)
    assert free(volume) == 0
    assert pages.browser().get("/dataset/beads").status_code == 200
    assert BANNER in pages.browser("mo").get("/dashboard/datasets").text
    assert upload(package, 1000).status_code == 507
    shown = pages.call("package_show", id=package)["resources"]
    assert [one["size"] for one in shown] == [MEGABYTE, MEGABYTE]

    (volume / "filler").unlink()
    assert upload(package, 1000).status_code == 200
    assert BANNER not in browser.get("/").text
    stored = [info.size_bytes for info in pages.site.store.iter_objects()]
    assert sorted(stored) == [1000, MEGABYTE, MEGABYTE]


def test_an_upload_that_meets_a_full_disk_on_its_way_leaves_nothing(pages, volume):
    incoming = pages.site.store.incoming()
    incoming.write(b"u" * MEGABYTE)
    fill(volume, 0)
    with pytest.raises(InsufficientStorage):
        incoming.write(b"u" * 2 * MEGABYTE)
    incoming.discard()
    assert list(pages.site.store.iter_objects()) == []
    assert list((volume / "storage" / "incoming").iterdir()) == []
