"""``dcserv``: the data interface that dclab speaks."""

import json
import shutil
import time

import dclab
import h5py
import numpy as np
import pytest
import requests

UNKNOWN = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def ask(ed, private_beads):
    """Ask for the private measurement as its editor."""

    def call(**params):
        return ed.get("dcserv", **({"id": private_beads.resource["id"]} | params))

    return call


@pytest.mark.parametrize(
    ("params", "complaint"),
    [
        ({}, "Please specify 'query' parameter!"),
        ({"query": "size", "id": None}, "Please specify 'id' parameter!"),
        ({"query": "size", "version": "1"}, "not supported anymore"),
        ({"query": "size", "version": "3"}, "Please specify version '1' or '2'!"),
        ({"query": "peter"}, "Invalid query parameter 'peter'!"),
        ({"query": "feature"}, "Invalid query parameter 'feature'!"),
    ],
)
def test_a_bad_question_is_a_conflict_with_a_message(ask, params, complaint):
    """dcor 21."""
    answer = ask(**params)
    assert (answer.status, answer.reason) == (409, "CONFLICT")
    assert complaint in answer.message


def test_only_measurements_are_served(ed, desk):
    """dcor 21."""
    draft = desk.draft(ed)
    rid = desk.put(ed, draft, b"text")
    assert desk.register(ed, draft, id=rid, name="a.txt").status == 200
    answer = ed.get("dcserv", id=rid, query="size")
    assert answer.status == 409
    assert answer.message == f"Resource ID {rid} must be an .rtdc dataset!"


def test_an_unknown_measurement_is_not_found(ed):
    """dcor 21."""
    answer = ed.get("dcserv", id=UNKNOWN, query="size")
    assert (answer.status, answer.reason) == (404, "NOT FOUND")
    assert answer.message.startswith("Not found")


@pytest.mark.parametrize("headers", [{}, {"Authorization": ""}, {"Authorization": "wrong"}])
def test_a_private_measurement_is_denied_in_words_dclab_knows(nobody, private_beads, headers):
    """dcor 21."""
    params = {"id": private_beads.resource["id"], "query": "metadata", "version": "2"}
    answer = nobody.fetch("/api/3/action/dcserv", params=params, headers=headers)
    assert answer.status_code == 403
    assert answer.json()["error"]["message"].startswith("Access denied")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("valid", True),
        ("size", 47),
        ("feature_list", []),
        (
            "trace_list",
            ["fl1_median", "fl1_raw", "fl2_median", "fl2_raw", "fl3_median", "fl3_raw"],
        ),
    ],
)
def test_small_questions_have_small_answers(ask, query, expected):
    """dcor 22."""
    assert ask(query=query, version="2").result == expected
    assert ask(query=query).result == expected


def test_metadata_are_complete_and_strict_json(ed, private_beads):
    """dcor 22."""
    params = {"id": private_beads.resource["id"], "query": "metadata"}
    text = ed.fetch("/api/3/action/dcserv", params=params).text
    body = json.loads(text, parse_constant=pytest.fail)
    with dclab.new_dataset(private_beads.path) as ds:
        expected = ds.config["experiment"]["sample"]
    assert body["result"]["experiment"]["sample"] == expected
    assert body["result"]["experiment"]["run index"] == 1
    assert body["result"]["experiment"]["event count"] == 47
    assert "filtering" not in body["result"]


def test_basins_of_private_data_expire(ask, private_beads):
    """dcor 23."""
    condensed, resource = ask(query="basins").result
    rid = private_beads.resource["id"]
    assert condensed["name"] == f"condensed-{rid[:5]}"
    assert resource["name"] == f"resource-{rid[:5]}"
    for basin in (condensed, resource):
        assert basin["perishable"] is True
        assert 3200 <= basin["time_expiration"] - basin["time_request"] <= 4000
        assert abs(basin["time_request"] - time.time()) < 60
        [url] = basin["urls"]
        got = requests.get(url)
        assert got.status_code == 200
        assert int(got.headers["Content-Length"]) == len(got.content)
        assert len(got.headers["ETag"].strip('"')) >= 5


def test_basins_of_a_draft_expire_even_if_it_is_to_be_public(ed, desk, beads):
    """dcor §3.6."""
    deposit = desk.processed(ed, desk.direct(ed, desk.draft(ed, private=False), beads))
    basins = ed.get("dcserv", id=deposit.resource["id"], query="basins").result
    assert [one["perishable"] for one in basins] == [True, True]


def test_publishing_opens_all_three_objects_for_good(ed, nobody, desk, beads, wait_until):
    """dcor 24."""
    deposit = desk.measure(ed, beads)
    rid = deposit.resource["id"]
    original = deposit.resource["s3_url"]
    urls = [original.replace("/resource/", f"/{kind}/") for kind in ("condensed", "preview")]
    assert [requests.get(url).status_code for url in [original, *urls]] == [403] * 3
    assert ed.post("package_patch", id=deposit.dataset["id"], private=False).status == 200
    wait_until(lambda: [requests.get(url).status_code for url in [original, *urls]] == [200] * 3)
    condensed, resource = nobody.get("dcserv", id=rid, query="basins").result
    assert (condensed["perishable"], resource["perishable"]) == (False, False)
    assert (condensed["urls"], resource["urls"]) == ([urls[0]], [original])
    assert len(resource["features"]) == 34
    assert "image" in resource["features"]
    assert "volume" in condensed["features"]
    assert "image" not in condensed["features"]
    back = ed.post("package_patch", id=deposit.dataset["id"], private=True)
    assert back.status == 403
    assert "Changing visibility to private not allowed" in back.message


@pytest.fixture(scope="module")
def tabled(site, desk, beads, tmp_path_factory):
    """A private draft with two tables, one of them without columns."""
    path = tmp_path_factory.mktemp("tables") / "tabled.rtdc"
    shutil.copy(beads, path)
    path.chmod(0o600)
    with dclab.RTDCWriter(path, mode="append") as writer:
        columns = {"time": np.array([0.0, 1.0]), "flow": np.array([1.0, np.nan])}
        writer.store_table("flows", columns)
    with h5py.File(path, "a") as file:
        file["tables"]["plain"] = np.arange(6.0).reshape(2, 3)
    ed = site.people["ed"]
    return desk.processed(ed, desk.direct(ed, desk.draft(ed), path))


def test_a_table_has_columns_and_rows(ed, tabled):
    """dcor 25."""
    tables = ed.get("dcserv", id=tabled.resource["id"], query="tables").result
    columns, rows = tables["flows"]
    assert columns == ["time", "flow"]
    assert (rows[0][0], rows[1][0]) == ([0.0, 1.0], [1.0, None])
    assert tables["plain"] == [None, [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]]


def test_dclab_reads_null_as_not_a_number(site, ed, tabled):
    """dcor 25."""
    host = site.url.removeprefix("http://")
    with dclab.new_dataset(tabled.resource["id"], host=host, use_ssl=False, api_key=ed.token) as ds:
        assert np.isnan(ds.tables["flows"]["flow"].ravel()[1])
        assert list(ds.tables["flows"]["time"].ravel()) == [0.0, 1.0]


def test_logs_are_those_of_the_file_and_of_condensing(ask, private_beads):
    """dcor §3.2."""
    logs = ask(query="logs").result
    with dclab.new_dataset(private_beads.path) as ds:
        for name in ds.logs:
            assert logs[name] == list(ds.logs[name])
    assert "dclab-condense" in logs


def test_answers_come_fast(ask):
    """dcor §1.5: dclab waits one second."""
    started = time.monotonic()
    for query in ("metadata", "size", "basins", "valid"):
        assert ask(query=query).status == 200
    assert time.monotonic() - started < 2
