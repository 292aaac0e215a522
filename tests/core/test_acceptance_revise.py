"""``package_revise``: the one way in which DCOR-Aid changes a dataset."""

import concurrent.futures
import hashlib
import json
import uuid

import pytest


@pytest.fixture
def draft(ed, new_dataset):
    return new_dataset(ed, state="draft")


@pytest.fixture
def extend(ed, draft):
    """Add a resource to the draft."""

    def call(**resource):
        match = {"match": {"id": draft["id"]}}
        return ed.post("package_revise", match, update__resources__extend=[resource])

    return call


@pytest.mark.parametrize("who", ["xi", "mo"])
@pytest.mark.parametrize("spell", [json.dumps, dict], ids=["text", "object"])
def test_only_editors_revise_however_the_match_is_spelled(request, ed, draft, who, spell):
    """ckan-core 14, S1: a form sends ``match`` as JSON text."""
    stranger = request.getfixturevalue(who)
    answer = stranger.post(
        "package_revise", match=spell({"id": draft["id"]}), update={"title": "Taken over"}
    )
    assert answer.status == 403
    assert ed.get("package_show", id=draft["id"]).result["title"] == draft["title"]


def test_a_match_as_text_works_for_editors(ed, draft):
    """ckan-core 14."""
    fields = {"match": json.dumps({"id": draft["id"]}), "update": '{"title": "By a form"}'}
    assert ed.form("package_revise", fields).result["package"]["title"] == "By a form"


def test_a_resource_keeps_its_callers_id_and_unknown_keys(extend):
    """ckan-core 14."""
    rid = str(uuid.uuid4())
    added = extend(id=rid, name="a.rtdc", **{"foo:bar": 1.5}).result["package"]["resources"][0]
    assert (added["id"], added["position"], added["foo:bar"]) == (rid, 0, 1.5)


def test_a_resource_id_is_used_once(extend):
    """ckan-core 14."""
    rid = str(uuid.uuid4())
    assert extend(id=rid, name="a.rtdc").status == 200
    answer = extend(id=rid, name="b.rtdc")
    assert (answer.status, answer.reason) == (409, "CONFLICT")
    assert "Resource id already exists." in json.dumps(answer.error["resources"])


def test_a_resource_id_is_a_uuid(extend):
    """ckan-core 14."""
    answer = extend(id="xyz", name="a.rtdc")
    assert answer.status == 409
    assert answer.error["resources"][-1]["id"] == ["Invalid id provided"]


def test_a_file_comes_with_a_multipart_form(ed, draft):
    """ckan-core 15."""
    content = b"0123456789" * 100_000
    fields = {"match__id": draft["id"], "update__resources__extend": '[{"name":"B C.RTDC"}]'}
    upload = {"update__resources__-1__upload": ("B C.RTDC", content)}
    added = ed.form("package_revise", fields, **upload).result["package"]["resources"][0]
    assert (added["url_type"], added["size"]) == ("upload", len(content))
    assert added["name"] == "B C.RTDC"
    assert added["url"].endswith(f"/dataset/{draft['id']}/resource/{added['id']}/download/b-c.rtdc")
    whole = ed.fetch(added["url"])
    assert hashlib.sha256(whole.content).digest() == hashlib.sha256(content).digest()
    part = ed.fetch(added["url"], headers={"Range": "bytes=0-9"})
    assert (part.status_code, part.content) == (206, b"0123456789")


def test_a_change_of_one_resource_leaves_the_others_alone(ed, draft, extend):
    """ckan-core 16."""
    extend(name="a.rtdc")
    first, second = extend(name="b.rtdc").result["package"]["resources"]
    change = {"match__id": draft["id"], f"update__resources__{second['id'][:6]}": {}}
    change[f"update__resources__{second['id'][:6]}"] = {"description": "d"}
    package = ed.post("package_revise", change).result["package"]
    assert package["resources"][0] == first
    assert package["resources"][1]["description"] == "d"
    assert package["resources"][1]["metadata_modified"] > second["metadata_modified"]


def test_a_dataset_that_does_not_match_is_left_alone(ed, draft):
    """ckan-core 16."""
    change = {"match": {"id": draft["id"], "notes": "zzz"}, "update": {"title": "T"}}
    answer = ed.post("package_revise", change)
    assert (answer.status, answer.error["match"]) == (409, ["notes"])
    assert ed.get("package_show", id=draft["id"]).result["title"] == draft["title"]


def test_a_revision_must_name_its_dataset(ed):
    """ckan-core 16."""
    answer = ed.post("package_revise", update={"title": "T"})
    assert (answer.status, answer.error["match__id"]) == (409, ["Missing value"])


def test_ten_parallel_uploads_make_ten_resources(ed, draft, extend):
    """ckan-core 17."""
    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda number: extend(name=f"{number}.rtdc"), range(10)))
    assert [answer.status for answer in answers] == [200] * 10
    resources = ed.get("package_show", id=draft["id"]).result["resources"]
    assert [one["position"] for one in resources] == list(range(10))
    assert {one["name"] for one in resources} == {f"{number}.rtdc" for number in range(10)}
