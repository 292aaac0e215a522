"""B10: a bulk download leaves nothing out, or does not begin."""

import hashlib
import io
import shlex
import subprocess
import zipfile

import pytest

from cytotheca.core.schema.upload import UploadedFile

LIMIT = 1000  # of the shared site, in bytes
CONTENTS = {"a.txt": b"a" * 400, "b c.txt": b"b" * 300, "A.TXT": b"c" * 200}


@pytest.fixture(scope="module")
def bulk(library):
    """A public dataset of three files, two of nearly one name, and a link."""
    made = library.call("package_create", "ed", name="bulk", owner_org="lab-a")
    for name, content in CONTENTS.items():
        incoming = library.site.store.incoming()
        incoming.write(content)
        upload = UploadedFile(filename=name, incoming=incoming)
        library.call("resource_create", package_id=made["id"], name=name, upload=upload)
    library.call(
        "resource_create", package_id=made["id"], name="far", url="https://example.org/far"
    )
    return library.call("package_show", id="bulk")


@pytest.fixture(scope="module")
def big(library):
    files = [
        {"name": f"{size}.bin", "url": f"https://example.org/{size}", "size": size}
        for size in (LIMIT - 1, 1, 2)
    ]
    return library.call("package_create", "ed", name="big", owner_org="lab-a", resources=files)


def fetch(library, path, **options):
    """Get an address to the end, as servers do: with what they close behind themselves."""
    return library.browser.get(path, buffered=True, **options)


def archive_of(answer):
    assert answer.status_code == 200
    assert answer.mimetype == "application/zip"
    assert answer.content_length == len(answer.data)
    return zipfile.ZipFile(io.BytesIO(answer.data))


def test_the_archive_has_all_bytes_and_says_what_is_elsewhere(library, bulk):
    """B10."""
    archive = archive_of(fetch(library, "/dataset/bulk/download.zip"))
    found = {name: archive.read(name) for name in archive.namelist()}
    assert set(CONTENTS.values()) <= set(found.values())
    assert all(one.compress_type == zipfile.ZIP_STORED for one in archive.infolist())
    assert all(name.startswith("bulk/") for name in found)
    assert "https://example.org/far" in found["bulk/LINKS.txt"].decode()
    for line in found["bulk/SHA256SUMS"].decode().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256(found[f"bulk/{name}"]).hexdigest() == digest


def test_a_head_tells_the_length_and_sends_nothing(library, bulk):
    """B10."""
    whole = fetch(library, "/dataset/bulk/download.zip")
    head = library.browser.head("/dataset/bulk/download.zip")
    assert (head.status_code, head.content_length) == (200, len(whole.data))
    assert head.data == b""


def test_a_selection_has_the_selected_files_only(library, bulk):
    """B9, B10."""
    chosen = [one["id"] for one in bulk["resources"][:1]]
    archive = archive_of(
        fetch(library, "/dataset/bulk/download.zip", query_string={"file": chosen})
    )
    assert archive.namelist() == ["bulk/00001-a.txt", "bulk/SHA256SUMS"]
    assert len(archive.read("bulk/00001-a.txt")) == 400
    page = library.browser.get("/dataset/bulk/download", query_string={"file": chosen})
    assert "1 chosen" in page.text
    assert "400 bytes" in page.text
    assert library.browser.post(
        "/dataset/bulk/download.zip", data={"file": chosen}, buffered=True
    ).data
    wrong = library.browser.get("/dataset/bulk/download.zip", query_string={"file": ["x", *chosen]})
    assert wrong.status_code == 400


def test_one_byte_above_the_limit_begins_no_archive(library, big):
    """B10: the total is shown first, the limit itself is allowed."""
    below, at, above = ([big["resources"][n]["id"] for n in part] for part in ([0], [0, 1], [0, 2]))
    for chosen, status in ((below, 200), (at, 200), (above, 413), ([], 413)):
        answer = fetch(library, "/dataset/big/download.zip", query_string={"file": chosen})
        assert answer.status_code == status
        assert answer.data.startswith(b"PK") == (status == 200)
    refused = library.browser.get("/dataset/big/download.zip")
    assert refused.headers["Link"] == '</dataset/big/download>; rel="alternate"'
    page = library.browser.get("/dataset/big/download").text
    assert "3 files" in page
    assert "download.zip" not in page
    assert "/dataset/big/download/curl.txt" in page


@pytest.mark.parametrize("kind", ["list", "urls", "sha256", "curl", "aria2", "rclone"])
def test_every_list_names_every_file(library, bulk, kind):
    """B10."""
    text = library.browser.get(f"/dataset/bulk/download/{kind}.txt").text
    whole = library.call("dataset_manifest", id="bulk")
    assert (whole["count"], whole["size_bytes"], whole["zip"]) == (4, 900, True)
    for one in whole["files"]:
        wanted = one["path"] if kind == "sha256" else one["url"]
        assert wanted in text
        if kind in {"list", "sha256"} and one["sha256"]:
            assert one["sha256"] in text


def test_the_commands_for_curl_fetch_the_files(library, bulk, address, tmp_path):
    """B10: run by a shell as they are."""
    text = library.browser.get("/dataset/bulk/download/curl.txt").text
    lines = [line for line in text.splitlines() if "example.org" not in line]
    script = "\n".join(lines).replace("http://localhost", address)
    script = script.replace("curl -fL", f"curl -fsSL --connect-to localhost:80:{address[7:]}")
    subprocess.run(["sh", "-ec", script], cwd=tmp_path, check=True, timeout=60)
    got = sorted(path.read_bytes() for path in tmp_path.iterdir())
    assert got == sorted(CONTENTS.values())


def test_names_and_addresses_cannot_add_commands(library):
    """B10, Z17."""
    evil = "a';touch pwned;'\n.txt"
    files = [{"name": evil, "url": "https://example.org/x\n  out=../../etc/passwd"}]
    library.call("package_create", "ed", name="evil-bulk", owner_org="lab-a", resources=files)
    curl = library.browser.get("/dataset/evil-bulk/download/curl.txt").text
    assert len(curl.splitlines()) == 1
    assert shlex.split(curl)[:5] == ["curl", "-fL", "-C", "-", "-o"]
    assert len(shlex.split(curl)) == 7
    aria2 = library.browser.get("/dataset/evil-bulk/download/aria2.txt").text
    assert [line.strip()[:4] for line in aria2.splitlines()] == ["http", "out="]


@pytest.mark.parametrize("path", ["download", "download.zip", "download/curl.txt"])
def test_private_files_are_for_readers_and_their_commands_take_the_token(library, path):
    """B10, S1."""
    for ref in ("p2", "p3"):
        assert library.browser.get(f"/dataset/{ref}/{path}").status_code == 404
    own = library.editor().get(f"/dataset/p2/{path}")
    assert own.status_code == (413 if path.endswith("zip") else 200)


def test_commands_for_private_files_hold_no_secret(library):
    """B10."""
    files = [{"name": "x", "url": "https://example.org/x"}]
    library.call(
        "package_create", "ed", name="own", owner_org="lab-a", private=True, resources=files
    )
    text = library.editor().get("/dataset/own/download/curl.txt").text
    assert '-H "Authorization: $CYTOTHECA_TOKEN"' in text


def test_more_archives_at_once_than_a_process_can_send_have_to_wait(library, bulk):
    """B10: the threads that pages need are not all busy with archives."""
    begun, waiting = (
        [
            library.browser.get(
                "/dataset/bulk/download.zip", environ_overrides={"REMOTE_ADDR": f"192.0.2.{number}"}
            )
            for number in range(2)
        ],
        library.browser.get("/dataset/bulk/download.zip"),
    )
    assert [one.status_code for one in begun] == [200, 200]
    assert waiting.status_code == 503
    assert int(waiting.headers["Retry-After"]) > 0
    for one in begun:
        one.close()
    assert fetch(library, "/dataset/bulk/download.zip").status_code == 200
