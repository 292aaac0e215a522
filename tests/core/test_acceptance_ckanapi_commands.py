"""The commands of ckanapi, as administrators and harvesters run them."""

import json
import os
import pathlib
import subprocess

import pytest


@pytest.fixture
def run(program, tmp_path, monkeypatch):
    """Run ``ckanapi`` against a site and return what it printed; complaints fail."""

    ckanapi = program("ckanapi")
    # dump and load start workers by the command's bare name
    monkeypatch.setenv("PATH", str(pathlib.Path(ckanapi).parent), prepend=os.pathsep)

    def call(client, *words):
        caller = ["-r", client.url, *(["-a", client.token] if client.token else [])]
        done = subprocess.run(
            [ckanapi, *words, *caller],
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout

    return call


@pytest.fixture
def published(ed, new_dataset):
    return new_dataset(
        ed,
        title="Alpha beads",
        tags=[{"name": "beads"}],
        extras=[{"key": "k", "value": "v"}],
        resources=[{"url": "http://x.example/a", "name": "a", "foo:bar": 1.5}],
    )


def test_search_prints_what_it_finds(run, nobody, published):
    """ckan-core 50."""
    lines = run(nobody, "search", "datasets", "q=beads").splitlines()
    assert published["name"] in {json.loads(line)["name"] for line in lines}


def test_dump_prints_every_public_dataset(run, ed, nobody, published, new_dataset):
    """ckan-core 50."""
    hidden = new_dataset(ed, private=True)
    lines = run(nobody, "dump", "datasets", "--all").splitlines()
    dumped = {one["id"]: one for one in map(json.loads, lines)}
    assert dumped[published["id"]]["resources"][0]["foo:bar"] == 1.5
    assert hidden["id"] not in dumped
    assert {one["name"] for one in dumped.values()} == set(nobody.get("package_list").result)


def test_action_reads_and_writes(run, ed, published):
    """ckan-core §1.2: the command sends its words as a JSON document."""
    told = run(ed, "action", "package_patch", f"id={published['id']}", "notes=told")
    assert json.loads(told)["notes"] == "told"


def test_load_makes_on_another_site_what_dump_printed(
    run, admin, new_dataset, new_name, fresh_site, tmp_path
):
    """ckan-core 50: circles, collections, datasets; a second load changes nothing."""
    circle = admin.post("organization_create", name=new_name("circle"), title="C").result
    shelf = admin.post("group_create", name=new_name("shelf"), title="S").result
    own = new_dataset(
        admin,
        title="Alpha beads",
        owner_org=circle["id"],
        groups=[{"id": shelf["id"]}],
        tags=[{"name": "beads"}],
        extras=[{"key": "k", "value": "v"}],
        resources=[{"url": "http://x.example/a", "name": "a", "foo:bar": 1.5}],
    )
    boss = fresh_site({"ckan.plugins": ""}).people["ada"]
    names = {"organizations": circle["name"], "groups": shelf["name"], "datasets": own["name"]}
    dumps = {kind: tmp_path / f"{kind}.jsonl" for kind in names}
    for kind, name in names.items():
        dumps[kind].write_text(run(admin, "dump", kind, name))
        run(boss, "load", kind, "-I", str(dumps[kind]))
    loaded = boss.get("package_show", id=own["name"]).result
    for key in ("id", "title", "extras", "owner_org"):
        assert loaded[key] == own[key]
    assert [tag["name"] for tag in loaded["tags"]] == ["beads"]
    assert [one["id"] for one in loaded["groups"]] == [shelf["id"]]
    [resource] = loaded["resources"]
    assert (resource["id"], resource["foo:bar"]) == (own["resources"][0]["id"], 1.5)
    run(boss, "load", "datasets", "-I", str(dumps["datasets"]))
    assert boss.get("package_show", id=own["id"]).result == loaded
