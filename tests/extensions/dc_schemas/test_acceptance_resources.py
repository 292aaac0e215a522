"""Files: how they are put, registered, described and examined."""

import hashlib
import json
import urllib.parse
import uuid

import pytest
import requests
from dcoraid.common import etagsum


@pytest.fixture
def draft(ed, desk):
    return desk.draft(ed)


@pytest.fixture
def waiting(ed, desk, draft):
    """The id of a small text that was put to the store, but not registered."""
    return desk.put(ed, draft, b"some text")


GIB = 1024**3


@pytest.mark.parametrize(
    ("size", "parts"), [(20 * GIB, 20), (GIB, 1), (GIB + 2, 2), (2 * GIB, 2), (1, 1)]
)
def test_large_files_are_put_in_parts_of_a_gibibyte(ed, draft, size, parts):
    """dcor 7."""
    place = ed.get(
        "resource_upload_s3_urls", organization_id=draft["owner_org"], file_size=size
    ).result
    assert len(place["upload_urls"]) == parts
    assert bool(place["complete_url"]) == (parts > 1)
    assert str(uuid.UUID(place["resource_id"])) == place["resource_id"]


def test_an_empty_file_has_no_place(ed, draft):
    """dcor 7."""
    answer = ed.get("resource_upload_s3_urls", organization_id=draft["owner_org"], file_size=0)
    assert answer.status == 409
    assert answer.message == "Empty files cannot be uploaded"


@pytest.mark.parametrize("who", ["xi", "mo"])
def test_only_who_may_create_datasets_in_the_circle_gets_a_place(request, draft, who):
    """dcor 7."""
    caller = request.getfixturevalue(who)
    answer = caller.get("resource_upload_s3_urls", organization_id=draft["owner_org"], file_size=5)
    assert answer.status == 403
    assert "not a member of the circle" in answer.message


@pytest.mark.parametrize("absent", ["file_size", "organization_id"])
def test_a_place_needs_a_size_and_a_circle(ed, draft, absent):
    """dcor 7."""
    given = {"organization_id": draft["owner_org"], "file_size": 5}
    del given[absent]
    answer = ed.get("resource_upload_s3_urls", **given)
    assert answer.status == 403
    assert f"No `{absent}` provided" in answer.message


def test_the_store_takes_signed_bytes_and_shows_them_to_nobody(ed, draft, beads):
    """dcor 8."""
    content = beads.read_bytes()
    place = ed.get(
        "resource_upload_s3_urls", organization_id=draft["owner_org"], file_size=len(content)
    ).result
    [url] = place["upload_urls"]
    bare = urllib.parse.urlsplit(url)._replace(query="").geturl()
    assert requests.put(bare, data=content).status_code == 403
    stored = requests.put(url, data=content)
    assert "Content-Type" not in stored.request.headers
    assert stored.status_code == 200
    assert stored.headers["ETag"].strip('"') == etagsum(beads)
    assert requests.get(bare).status_code == 403
    assert requests.get(url).status_code == 403


def test_a_registered_file_is_described_at_once(site, ed, desk, draft, beads):
    """dcor 9."""
    content = beads.read_bytes()
    place = ed.get(
        "resource_upload_s3_urls", organization_id=draft["owner_org"], file_size=len(content)
    ).result
    [url] = place["upload_urls"]
    assert requests.put(url, data=content).status_code == 200
    answer = desk.register(ed, draft, id=place["resource_id"], name=beads.name)
    [shown] = answer.result["package"]["resources"]
    assert (shown["size"], type(shown["size"])) == (len(content), int)
    assert shown["etag"] == hashlib.md5(content, usedforsecurity=False).hexdigest()
    assert shown["mimetype"] == "RT-DC"
    assert (shown["position"], shown["s3_available"]) == (0, True)
    rid = place["resource_id"]
    page = f"{site.url}/dataset/{draft['id']}/resource/{rid}"
    assert shown["url"] == f"{page}/download/calibration_beads_47.rtdc"
    assert shown["s3_url"] == url.partition("?")[0]
    key = f"circle-{draft['owner_org']}/resource/{rid[:3]}/{rid[3:6]}/{rid[6:]}"
    assert shown["s3_url"].endswith(f"/{key}")
    again = ed.get("package_show", id=draft["id"]).result["resources"]
    told_by_jobs = {"format", "metadata_modified"}  # which may be quicker than this test
    kept = set(shown) - told_by_jobs
    assert {key: again[0][key] for key in kept} == {key: shown[key] for key in kept}


def test_a_file_that_was_not_put_is_not_registered(ed, desk, draft):
    """dcor 10."""
    answer = desk.register(ed, draft, id=str(uuid.uuid4()), name="a.txt")
    assert answer.status == 403
    assert "not available on S3" in answer.message


def test_a_file_is_registered_once(ed, desk, draft, waiting):
    """dcor 10."""
    assert desk.register(ed, draft, id=waiting, name="a.txt").status == 200
    answer = desk.register(ed, draft, id=waiting, name="b.txt")
    assert answer.status == 403
    assert "already exists" in answer.message


@pytest.mark.parametrize(
    "extra",
    [
        {"url": "http://x.example"},
        {"sha256": "0" * 64},
        {"etag": "0" * 32},
        {"dc:setup:channel width": 20},
        {"size": 5},
        {"s3_url": "http://x.example"},
        {"s3_available": False},
    ],
)
def test_the_server_alone_sets_what_it_measures(ed, desk, draft, waiting, extra):
    """dcor 10."""
    answer = desk.register(ed, draft, id=waiting, name="a.txt", **extra)
    assert (answer.status, answer.reason) == (403, "FORBIDDEN")
    assert ed.get("package_show", id=draft["id"]).result["resources"] == []


def test_nobody_registers_what_another_put(ed, admin, desk, draft, site, new_name):
    """dcor §2.4: an id is accepted only from its user."""
    other = site.hire(new_name("thief"))
    joining = {"id": "lab-a", "username": other.name, "role": "editor"}
    assert admin.post("organization_member_create", joining).status == 200
    rid = desk.put(ed, draft, b"mine")
    answer = desk.register(other, desk.draft(other), id=rid, name="a.txt")
    assert answer.status == 403


def test_a_name_is_used_once_in_a_dataset(ed, desk, draft, waiting):
    """dcor 11."""
    assert desk.register(ed, draft, id=waiting, name="a.txt").status == 200
    answer = desk.register(ed, draft, id=desk.put(ed, draft, b"more"), name="a.txt")
    assert (answer.status, answer.reason) == (409, "CONFLICT")
    assert "already exists" in json.dumps(answer.error)


@pytest.mark.parametrize("name", ["a.exe", "a b.rtdc", "a", "ä.rtdc", "a/b.rtdc", ".."])
def test_a_bad_name_is_a_conflict(ed, desk, draft, waiting, name):
    """dcor 11."""
    answer = desk.register(ed, draft, id=waiting, name=name)
    assert (answer.status, answer.reason) == (409, "CONFLICT")
    assert "name" in json.dumps(answer.error)


def test_the_jobs_describe_a_measurement_within_a_minute(site, ed, desk, draft, beads, wait_until):
    """dcor 12."""
    deposit = desk.direct(ed, draft, beads)

    def artifacts():
        return {name.split("/")[1] for name in site.objects() if name.endswith(deposit.key)}

    def described():
        resource = ed.get("resource_show", id=deposit.resource["id"]).result
        there = {"resource", "condensed", "preview"} <= artifacts()
        known = {"sha256", "dc:experiment:event count", "dc:setup:flow rate"} <= set(resource)
        return resource if there and known else None

    shown = wait_until(described, timeout=60)
    assert shown["sha256"] == hashlib.sha256(beads.read_bytes()).hexdigest()
    assert shown["format"] == "RT-FDC"
    count, rate = shown["dc:experiment:event count"], shown["dc:setup:flow rate"]
    assert (count, type(count)) == (47, int)
    assert (rate, type(rate)) == (pytest.approx(0.06), float)


@pytest.fixture
def described(ed, desk, draft, beads):
    """Change keys of a registered file."""
    deposit = desk.direct(ed, draft, beads)

    def change(keys):
        update = {f"update__resources__{deposit.resource['id']}": keys}
        return ed.post("package_revise", update, match__id=draft["id"])

    return change


@pytest.mark.parametrize(
    ("key", "given", "kept"),
    [
        ("sp:chip:channel width", 21.0, 21.0),
        ("sp:chip:measurement count", 3, 3),
        ("sp:chip:production date", "2020-12-31", "2020-12-31"),
        ("sp:cells:fixed", "Yes", True),
        ("sp:identifiers:labels", "  a   b ", "a b"),
        ("description", "d", "d"),
    ],
)
def test_supplements_come_back_as_they_are_meant(described, key, given, kept):
    """dcor 13."""
    shown = described({key: given}).result["package"]["resources"][0][key]
    assert (shown, type(shown)) == (kept, type(kept))


def test_a_supplement_that_does_not_convert_is_a_conflict(described):
    """dcor 13."""
    answer = described({"sp:chip:production date": "2020-15-31"})
    assert answer.status == 409
    text = "Invalid value for 'sp:chip:production date': '2020-15-31'!"
    assert answer.error["resources"] == [{"sp:chip:production date": [text]}]


@pytest.mark.parametrize(
    "keys", [{"name": "b.rtdc"}, {"sha256": "0" * 64}, {"dc:setup:channel width": 5}]
)
def test_other_keys_of_a_file_stay(described, keys):
    """dcor 13."""
    answer = described(keys)
    assert answer.status == 403
    assert "Editing not allowed" in answer.message or "Regular users may not" in answer.message
