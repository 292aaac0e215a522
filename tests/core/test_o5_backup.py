"""O5: a backup of a running site becomes a site elsewhere, with the same bytes."""

from __future__ import annotations

import hashlib
import json

import pytest

from cytotheca.cli.access import SiteAccess
from cytotheca.cli.main import main
from cytotheca.core.app import create_app

URL = "https://other.example:8443"


@pytest.fixture
def upload(core_site, ed, new_dataset):
    """A public dataset with a file, on the running site."""
    dataset = new_dataset(ed)
    content = b"cells" * 1000
    added = ed.form(
        "resource_create", {"package_id": dataset["id"], "name": "c.bin"}, upload=content
    )
    return dataset["name"], added.result, content


def run(*words):
    with pytest.raises(SystemExit) as end:
        main([str(word) for word in words])
    return end.value.code


def test_a_backup_is_restored_under_another_address_with_the_same_bytes(
    core_site, upload, tmp_path
):
    name, resource, content = upload
    core_site.cli("backup", str(tmp_path / "b"))
    core_site.cli("backup", str(tmp_path / "b"), "--keep", "2")
    _first, backup = sorted((tmp_path / "b").iterdir())
    assert "SECRET" not in (backup / "settings.json").read_text()
    manifest = json.loads((backup / "manifest.json").read_text())
    digests = {entry["sha256"] for entry in manifest["files"]}
    assert hashlib.sha256(content).hexdigest() in digests

    assert run("restore", backup, tmp_path / "r", "--url", URL) == 0
    with SiteAccess(site_dir=tmp_path / "r").open() as site:
        client = create_app(site).test_client()
        shown = client.get(f"/api/3/action/package_show?id={name}").json["result"]
        (found,) = shown["resources"]
        assert found["id"] == resource["id"]
        assert found["url"].startswith(URL)
        answer = client.get(found["url"].removeprefix(URL))
        while answer.status_code == 302:  # a signed address of the store
            answer = client.get(answer.headers["Location"].removeprefix(URL))
        assert answer.data == content
        listed = client.get(f"/api/3/action/package_search?fq=name:{name}").json["result"]
        assert listed["count"] == 1
        assert site.config["ckan.site_id"] not in (core_site.folder / "cytotheca.ini").read_text()


def test_a_damaged_backup_is_refused_and_the_file_named(core_site, upload, tmp_path, capsys):
    core_site.cli("backup", str(tmp_path / "b"))
    (backup,) = (tmp_path / "b").iterdir()
    digest = hashlib.sha256(upload[2]).hexdigest()
    manifest = json.loads((backup / "manifest.json").read_text())
    path = next(entry["path"] for entry in manifest["files"] if entry["sha256"] == digest)
    damaged = backup / "files" / path
    damaged.chmod(0o600)
    damaged.write_bytes(b"x" + damaged.read_bytes()[1:])
    assert run("restore", backup, tmp_path / "r", "--url", URL) == 1
    assert path in capsys.readouterr().err
    assert not (tmp_path / "r").exists()
