"""C8: published versions stay as they were published, with their files."""

from __future__ import annotations

import hashlib
import io
import json
from typing import Any

import pytest


@pytest.fixture(scope="module")
def published(core_site, new_name) -> dict[str, Any]:
    """A public dataset of three versions: published, other title, other file."""
    ed = core_site.people["ed"]
    draft = ed.post(
        "package_create", name=new_name("c8"), title="First", owner_org="lab-a", state="draft"
    ).result
    fields = {"package_id": draft["id"], "name": "map.csv"}
    resource = ed.form(
        "resource_create", fields, upload=("map.csv", io.BytesIO(b"old bytes"))
    ).result
    ed.post("package_patch", id=draft["id"], state="active").result  # noqa: B018
    ed.post("package_patch", id=draft["id"], title="Second").result  # noqa: B018
    ed.post("package_patch", id=draft["id"], title="Second").result  # noqa: B018 - changes nothing
    changed = {"id": resource["id"]}
    ed.form("resource_patch", changed, upload=("map.csv", io.BytesIO(b"new bytes"))).result  # noqa: B018
    return {"id": draft["id"], "name": draft["name"], "resource": resource["id"]}


def test_each_change_is_one_version_and_files_make_a_major_one(core_site, published):
    nobody, ed = core_site.people[""], core_site.people["ed"]
    listed = nobody.get("dataset_version_list", id=published["name"]).result
    assert listed["count"] == 3
    versions = listed["results"]
    assert [one["version"] for one in versions] == ["2.0", "1.1", "1.0"]
    assert {one["published_by"] for one in versions} == {ed.id}
    assert versions[1]["changes"]["fields"] == ["title"]
    assert versions[0]["changes"]["resources_changed"] == 1
    assert versions[2]["changes"] is None
    second = nobody.get("dataset_version_list", id=published["id"], page=2, limit=2).result
    assert [one["version"] for one in second["results"]] == ["1.0"]


@pytest.mark.parametrize(
    ("version", "title"),
    [("1.0", "First"), ("1", "First"), ("1.1", "Second"), (":latest", "Second"),
     (":latest-published", "Second")],
)  # fmt: skip
def test_everybody_sees_every_version_of_a_public_dataset(core_site, published, version, title):
    nobody = core_site.people[""]
    shown = nobody.get("dataset_version_show", id=published["id"], version=version).result
    assert shown["dataset"]["title"] == title
    assert shown["latest"] == "2.0"
    by_package = nobody.get("package_show", id=published["name"], version=version).result
    assert by_package["title"] == title
    assert by_package["dataset_version"] == shown["version"]


def test_the_file_of_each_version_is_downloaded_as_it_was(core_site, published):
    nobody = core_site.people[""]
    for version, content in (("1.0", b"old bytes"), ("1.1", b"old bytes"), ("2.0", b"new bytes")):
        resource = nobody.get("resource_show", id=published["resource"], version=version).result
        assert resource["sha256"] == hashlib.sha256(content).hexdigest()
        assert nobody.fetch(resource["url"]).content == content
    plain = nobody.get("resource_show", id=published["resource"]).result
    assert nobody.fetch(plain["url"]).content == b"new bytes"


def test_a_file_that_was_removed_stays_in_its_version(core_site, new_name):
    ed, nobody = core_site.people["ed"], core_site.people[""]
    dataset = ed.post("package_create", name=new_name("c8"), owner_org="lab-a").result
    fields = {"package_id": dataset["id"], "name": "a.csv"}
    resource = ed.form("resource_create", fields, upload=("a.csv", io.BytesIO(b"a"))).result
    ed.post("resource_delete", id=resource["id"])
    assert nobody.get("resource_show", id=resource["id"]).status == 404
    shown = nobody.get("package_show", id=dataset["id"], version="2.0").result
    assert nobody.fetch(shown["resources"][0]["url"]).content == b"a"
    address = f"/dataset/{dataset['name']}/resource/{resource['id']}/download/a.csv"
    assert nobody.fetch(f"{address}?version=1.0").status_code == 404
    assert nobody.fetch(f"{address}?version=3.0").status_code == 404


def test_the_difference_of_two_versions_is_told_by_field(core_site, published):
    nobody = core_site.people[""]
    diff = nobody.get("dataset_version_diff", id=published["id"], old="1.0", new="1.1").result
    assert diff["fields"] == [{"field": "title", "old": "First", "new": "Second"}]
    whole = nobody.get("dataset_version_diff", id=published["id"], old="1.0").result
    assert whole["new"] == "2.0"
    changed = whole["resources"]["changed"]
    assert [one["id"] for one in changed] == [published["resource"]]
    assert "sha256" in {one["field"] for one in changed[0]["fields"]}


@pytest.mark.parametrize("action", ["dataset_version_show", "package_show"])
def test_what_is_no_version_is_refused(core_site, published, action):
    nobody = core_site.people[""]
    wrong = nobody.get(action, id=published["id"], version="x")
    assert wrong.status == 409
    assert wrong.error["version"] == ["Illegal version identifier 'x'"]
    absent = nobody.get(action, id=published["id"], version="9.9")
    assert absent.status == 404
    assert "9.9" in absent.message
    assert nobody.get(action, id=published["id"], version=":draft").status == 403
    assert core_site.people["ed"].get(action, id=published["id"], version=":draft").status == 404


def test_drafts_are_for_editors(core_site, new_name):
    ed, mo = core_site.people["ed"], core_site.people["mo"]
    draft = ed.post("package_create", name=new_name("c8"), owner_org="lab-a", state="draft").result
    for version in (":draft", ":latest"):
        shown = ed.get("dataset_version_show", id=draft["id"], version=version).result
        assert shown["version"] == ":draft"
        assert shown["dataset"]["id"] == draft["id"]
        assert mo.get("dataset_version_show", id=draft["id"], version=version).status == 403
    assert ed.get("package_show", id=draft["id"], version=":latest-published").status == 404


def test_what_was_private_when_published_stays_in_the_circle(core_site, new_name):
    ed, mo, nobody = (core_site.people[name] for name in ("ed", "mo", ""))
    dataset = ed.post(
        "package_create", name=new_name("c8"), title="Secret", owner_org="lab-a", private=True
    ).result
    assert nobody.get("dataset_version_list", id=dataset["id"]).status == 403
    ed.post("package_patch", id=dataset["id"], title="Known", private=False)
    for client, seen in ((nobody, ["1.1"]), (mo, ["1.1", "1.0"])):
        listed = client.get("dataset_version_list", id=dataset["id"]).result
        assert [one["version"] for one in listed["results"]] == seen
    assert nobody.get("package_show", id=dataset["id"], version="1.0").status == 404
    assert mo.get("package_show", id=dataset["id"], version="1.0").result["title"] == "Secret"
    diff = nobody.get("dataset_version_diff", id=dataset["id"], old="1.0")
    assert "Secret" not in json.dumps(diff.body)


def test_files_of_all_versions_are_checked(core_site, published):
    """C8, R1."""
    printed = core_site.cli("dataset", "check", published["name"])
    assert printed == "checked 2 files, 0 faults\n"
    old = core_site.people["ada"].get("dataset_version_files", id=published["id"]).result
    first = next(one for one in old if one["version"] == "1.0")
    path = core_site.folder / "storage" / "objects" / first["bucket"] / first["object_key"]
    content = path.read_bytes()
    try:
        path.chmod(0o600)
        path.write_bytes(b"oLd bytes")
        assert "1 faults" in core_site.cli("dataset", "check", published["name"], check=False)
    finally:
        path.write_bytes(content)
    assert core_site.people["ed"].get("dataset_version_files", id=published["id"]).status == 403


def test_purging_removes_the_files_of_all_versions(core_site, new_name, wait_until):
    ed, ada = core_site.people["ed"], core_site.people["ada"]
    dataset = ed.post("package_create", name=new_name("c8"), owner_org="lab-a").result
    fields = {"package_id": dataset["id"], "name": "a.csv"}
    resource = ed.form("resource_create", fields, upload=("a.csv", io.BytesIO(b"a"))).result
    ed.form("resource_patch", {"id": resource["id"]}, upload=("a.csv", io.BytesIO(b"b"))).result  # noqa: B018
    key = resource["id"][6:]
    assert sum(key in one for one in core_site.objects()) >= 2
    ada.post("package_delete", id=dataset["id"])
    assert ada.post("dataset_purge", id=dataset["id"]).result is None
    wait_until(lambda: not any(key in one for one in core_site.objects()))
