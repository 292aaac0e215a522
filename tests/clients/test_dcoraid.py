"""DCOR-Aid, unmodified: the library and the command."""

import concurrent.futures
import functools
import hashlib
import json
import shutil
import subprocess
import types

import dclab
import numpy as np
import pytest
from acceptance.desk import Deposit
from dclab.cli import compress, condense
from dcoraid.api import CKANAPI, dataset_draft_remove_all
from dcoraid.common import etagsum
from dcoraid.upload.task import create_task, load_task

FILES = [
    "calibration_beads_47.rtdc",
    "calibration_beads_fl_2018.rtdc",
    "blood_rbc_leukocytes.rtdc",
    "example_traces.rtdc",
]
NOTED = "noted.rtdc"
CONDENSING = {"dclab-condense", "dclab-condense-warnings"}


def upload(client, paths, task, **fields):
    """Upload files as one task and return the job, which has activated the dataset."""
    dataset = {"title": task.stem, "authors": "Ada", "owner_org": "lab-a"} | fields
    create_task(task, dataset, [{"path": path} for path in paths])
    job = load_task(task, CKANAPI(client.url, api_key=client.token))
    job.task_compress_resources()
    job.task_upload_resources()
    job.task_verify_resources()
    assert job.state == "done", job.traceback
    return job


@pytest.fixture(scope="module")
def run_command(program):
    """Run DCOR-Aid's command on a task; return the dataset's id."""

    def run(client, task):
        words = [program("dcoraid-upload-task"), task, client.url, client.token]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        assert not task.with_name(f"{task.name}_error.txt").exists()
        return json.loads(task.read_text())["upload_job"]["dataset_id"]

    return run


@pytest.fixture(scope="module")
def local_files(measurements, tmp_path_factory):
    """The real files, and one with a log and tables, which none of them has; by name."""
    noted = tmp_path_factory.mktemp("noted") / NOTED
    shutil.copyfile(measurements / FILES[0], noted)
    with dclab.RTDCWriter(noted, mode="append") as writer:
        writer.store_log("diary", ["first line", "Zweite Zeile: µ", ""])
        writer.store_table("flows", {"time": np.arange(3.0), "flow": np.array([1, np.nan, 3])})
        writer.store_table("plain", np.arange(6.0).reshape(2, 3))
    return {name: measurements / name for name in FILES} | {NOTED: noted}


@pytest.fixture(scope="module")
def shelved(site, local_files, run_command, tmp_path_factory):
    """Upload all files in one dataset by DCOR-Aid's command, once, in whatever order tests come."""

    @functools.cache
    def shelve(private):
        task = tmp_path_factory.mktemp("task") / "all.dcoraid-task"
        dataset = {"title": "All files", "authors": "Ada", "owner_org": "lab-a"}
        resources = [{"path": path} for path in local_files.values()]
        create_task(task, dataset | {"private": private}, resources)
        ed = site.people["ed"]
        did = run_command(ed, task)
        return ed.get("package_show", id=did).result

    return shelve


@pytest.fixture(params=[True, False], ids=["private", "public"])
def shelves(request, site, shelved):
    """The dataset of all files, activated, and one who may read it."""
    return shelved(request.param), site.people["ed" if request.param else ""]


@pytest.fixture(params=[*FILES, NOTED])
def shelf(request, site, desk, shelves, local_files):
    """One of the files, examined by the site, and one who may read it."""
    dataset, reader = shelves
    [resource] = [one for one in dataset["resources"] if one["name"] == request.param]
    deposit = Deposit(path=local_files[request.param], dataset=dataset, resource=resource)
    deposit = desk.processed(site.people["ed"], deposit)
    return types.SimpleNamespace(deposit=deposit, reader=reader)


@pytest.fixture
def original(shelf, program, tmp_path):
    """The uploaded file (DCOR-Aid compresses before), downloaded by wget."""
    deposit, reader = shelf.deposit, shelf.reader
    target = tmp_path / deposit.path.name
    command = [program("wget"), "-q", "-O", target, f"{reader.url}{deposit.page}/download/x.rtdc"]
    if reader.token:
        command.append(f"--header=Authorization: {reader.token}")
    subprocess.run(command, check=True)
    return target


def test_dcoraid_uploads_and_activates(shelves, local_files):
    """dcor 33: the order is kept."""
    dataset, _ = shelves
    assert dataset["state"] == "active"
    assert [one["name"] for one in dataset["resources"]] == list(local_files)


def test_dclab_reads_back_everything(shelf, open_remotely, assert_equal_measurements):
    """dcor 27, 28."""
    with (
        dclab.new_dataset(shelf.deposit.path) as expected,
        open_remotely(shelf.reader, shelf.deposit.resource) as found,
    ):
        assert_equal_measurements(found, expected)


def test_wget_downloads_bit_for_bit(shelf, original):
    """dcor 56, §2.4."""
    resource = shelf.deposit.resource
    assert hashlib.sha256(original.read_bytes()).hexdigest() == resource["sha256"]
    assert etagsum(original) == resource["etag"]


def test_the_condensed_file_equals_dclabs_own(shelf, original, assert_equal_measurements, tmp_path):
    """dcor §8.1: value for value, bit by bit, with logs, tables and metadata.

    Only the logs of condensing itself differ: dclab's tell machine and hour,
    and the warnings those of its own command. What was condensed is the same.
    """
    own, theirs = tmp_path / "own.rtdc", tmp_path / "theirs.rtdc"
    condense(path_in=original, path_out=own)
    theirs.write_bytes(shelf.reader.fetch(f"{shelf.deposit.page}/condensed.rtdc").content)
    with dclab.new_dataset(own) as expected, dclab.new_dataset(theirs) as found:
        assert found.features_innate == expected.features_innate
        assert_equal_measurements(found, expected, but=CONDENSING)
        for feature in expected.features_innate:
            assert found[feature][:].dtype == expected[feature][:].dtype, feature
            assert found[feature][:].tobytes() == expected[feature][:].tobytes(), feature
        assert set(found.logs) - CONDENSING == set(expected.logs) - CONDENSING
        logs = [json.loads("\n".join(ds.logs["dclab-condense"])) for ds in (found, expected)]
        for key in [key for key in logs[1] if key.startswith("features")]:
            assert logs[0][key] == logs[1][key], key


@pytest.fixture
def task(measurements, tmp_path):
    """A task of two compressed files; compressed, so that a second run can verify them."""
    paths = []
    for name in FILES[:2]:
        path = tmp_path / name
        compress(path_in=measurements / name, path_out=path)
        paths.append(path)
    task = tmp_path / "two.dcoraid-task"
    dataset = {"title": "Two files", "authors": "Ada", "owner_org": "lab-a", "private": True}
    supplements = {"chip": {"channel width": 21.0}}
    resources = [{"path": path, "supplements": supplements} for path in reversed(paths)]
    create_task(task, dataset, resources)
    return task


def test_the_command_uploads_once(ed, run_command, task):
    """dcor 33, ckan-core 49."""
    did = run_command(ed, task)
    first = ed.get("package_show", id=did).result
    assert first["state"] == "active"
    assert [one["name"] for one in first["resources"]] == [FILES[1], FILES[0]]
    assert [one["sp:chip:channel width"] for one in first["resources"]] == [21.0, 21.0]
    assert run_command(ed, task) == did
    again = ed.get("package_show", id=did).result
    assert [one["id"] for one in again["resources"]] == [one["id"] for one in first["resources"]]


def test_without_direct_upload_the_command_falls_back(fresh_site, run_command, task):
    """dcor 32."""
    site = fresh_site({"cytotheca.object_store.direct_upload": "false"})
    ed = site.people["ed"]
    answer = ed.get("resource_upload_s3_urls", organization_id="lab-a", file_size=5)
    assert answer.status == 400
    assert answer.body == "Bad request: Action name not known: resource_upload_s3_urls"
    did = run_command(ed, task)
    shown = ed.get("package_show", id=did).result
    assert shown["state"] == "active"
    assert {one["url_type"] for one in shown["resources"]} == {"upload"}


def test_dcoraid_removes_its_drafts(site, admin, desk, new_name):
    """dcor §10.1."""
    client = site.hire(new_name("tidy"))
    joining = {"id": "lab-a", "username": client.name, "role": "editor"}
    assert admin.post("organization_member_create", joining).status == 200
    drafts = {desk.draft(client)["id"] for _ in range(3)}
    deleted, _ = dataset_draft_remove_all(CKANAPI(client.url, api_key=client.token))
    assert {one["id"] for one in deleted} == drafts
    assert client.get("package_show", id=drafts.pop()).status == 404


def test_two_uploads_of_twenty_files_do_not_disturb_each_other(
    fresh_site, measurements, tmp_path, wait_until
):
    """dcor 57."""
    site = fresh_site({"cytotheca.dc_serve.create_condensed_datasets": "false"})
    ed = site.people["ed"]
    compressed = tmp_path / "one.rtdc"
    compress(path_in=measurements / FILES[1], path_out=compressed)
    paths = [shutil.copy(compressed, tmp_path / f"m{number:02}.rtdc") for number in range(20)]

    def one(number):
        return upload(ed, paths, tmp_path / f"{number}.dcoraid-task", private=True).dataset_id

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        ids = list(pool.map(one, range(2)))

    def complete(did):
        shown = ed.get("package_show", id=did).result
        wanted = {"etag", "sha256", "dc:experiment:event count", "dc:setup:flow rate"}
        whole = [wanted <= set(resource) for resource in shown["resources"]]
        return shown["state"] == "active" and whole == [True] * 20

    wait_until(lambda: all(complete(did) for did in ids), timeout=120)
