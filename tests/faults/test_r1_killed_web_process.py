"""R1: after a web process was killed, everything is as before or as after, never between."""

import hashlib
import http.client
import urllib.parse

import pytest
import requests
from acceptance.waiting import wait_for


def send_half(url, method, body, headers):
    """Send a request's head and half of its body; return the open connection."""
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=30)
    connection.putrequest(method, f"{parts.path}?{parts.query}" if parts.query else parts.path)
    for key, value in (headers | {"Content-Length": str(len(body))}).items():
        connection.putheader(key, value)
    connection.endheaders()
    connection.send(body[: len(body) // 2])
    return connection


@pytest.fixture
def big():
    """Bytes enough that half of them cannot hide in a buffer."""
    return bytes(range(256)) * 4 * 1024 * 32


def test_half_a_direct_upload_leaves_no_object(victim, hand, desk, big, stored, recovered):
    """R1, dcor §2.4: the same address takes the whole file afterwards."""
    draft = desk.draft(hand)
    place = hand.get(
        "resource_upload_s3_urls", organization_id=draft["owner_org"], file_size=len(big)
    ).result
    rid, [url] = place["resource_id"], place["upload_urls"]
    connection = send_half(url, "PUT", big, {})
    victim.kill("web")
    connection.close()
    recovered()
    assert stored(rid) == []
    assert desk.register(hand, draft, id=rid, name="a.txt").status == 403
    assert requests.put(url, data=big).status_code == 200
    assert stored(rid) == ["resource"]
    [resource] = desk.register(hand, draft, id=rid, name="a.txt").result["package"]["resources"]
    wait_for(lambda: "sha256" in hand.get("resource_show", id=rid).result)
    shown = hand.get("resource_show", id=rid).result
    assert shown["sha256"] == hashlib.sha256(big).hexdigest()
    assert resource["size"] == len(big)


def test_half_a_form_adds_no_resource(victim, hand, desk, beads, recovered):
    """R1: and the repeated upload adds one."""
    draft = desk.draft(hand)
    body = (
        f'--x\r\nContent-Disposition: form-data; name="match__id"\r\n\r\n{draft["id"]}\r\n'
        '--x\r\nContent-Disposition: form-data; name="update__resources__extend"\r\n\r\n'
        '[{"name":"a.rtdc"}]\r\n'
        '--x\r\nContent-Disposition: form-data; name="update__resources__-1__upload"; '
        'filename="a.rtdc"\r\n\r\n'
    ).encode()
    body += beads.read_bytes() + b"\r\n--x--\r\n"
    headers = {
        "Content-Type": "multipart/form-data; boundary=x",
        "Authorization": hand.token,
    }
    before = victim.objects()
    url = f"{hand.url}/api/3/action/package_revise"
    connection = send_half(url, "POST", body, headers)
    victim.kill("web")
    connection.close()
    recovered()
    assert hand.get("package_show", id=draft["id"]).result["resources"] == []
    assert victim.objects() == before
    desk.legacy(hand, draft, beads, "a.rtdc")
    assert len(hand.get("package_show", id=draft["id"]).result["resources"]) == 1


def test_what_was_answered_survives_and_what_was_not_may_be_repeated(victim, hand, recovered):
    """R1: datasets are created while the processes die; none is lost, none is double."""
    given = {"authors": "A", "license_id": "CC0-1.0", "owner_org": "lab-a", "private": True}
    answered = set()
    for number in range(30):
        title = f"killed {number}"
        if number % 10 == 5:
            victim.kill("web")
        made = wait_for(lambda title=title: create(hand, given | {"title": title}))
        answered.add(made["id"])
    recovered()
    found = hand.get(
        "package_search",
        fq="title:killed",
        rows=1000,
        include_private=True,
        include_drafts=True,
    ).result
    assert answered <= {one["id"] for one in found["results"]}
    assert all(hand.get("package_show", id=did).status == 200 for did in answered)


def create(client, fields):
    """Create a dataset; None while the site is away."""
    try:
        return client.post("package_create", fields).result
    except requests.ConnectionError:
        return None


def test_publishing_is_completed_after_a_kill(victim, hand, desk, beads, wait_until, recovered):
    """R1: the dataset and its three objects become public together."""
    deposit = desk.measure(hand, beads)
    url = deposit.resource["s3_url"]
    urls = [url.replace("/resource/", f"/{kind}/") for kind in ("resource", "condensed", "preview")]
    try:
        published = hand.post("package_patch", id=deposit.dataset["id"], private=False).status
    finally:
        victim.kill("worker")
        victim.kill("web")
    recovered()
    assert published == 200
    assert hand.get("package_show", id=deposit.dataset["id"]).result["private"] is False
    wait_until(lambda: [requests.get(one).status_code for one in urls] == [200] * 3, timeout=120)


def test_purging_is_completed_after_a_kill(
    victim, hand, desk, beads, stored, wait_until, recovered
):
    """R1: no object outlives its dataset."""
    deposit = desk.processed(hand, desk.direct(hand, desk.draft(hand), beads))
    rid = deposit.resource["id"]
    assert hand.post("package_delete", id=deposit.dataset["id"]).status == 200
    assert hand.post("dataset_purge", id=deposit.dataset["id"]).status == 200
    victim.kill("worker")
    victim.kill("web")
    recovered()
    assert hand.get("package_show", id=deposit.dataset["id"]).status == 404
    wait_until(lambda: stored(rid) == [], timeout=120)


def test_the_whole_site_may_lose_its_power(victim, hand, desk, beads, stored):
    """R1: all processes at once, with jobs under way; then an ordinary start."""
    deposit = desk.direct(hand, desk.draft(hand), beads)
    victim.crash()
    victim.start()
    deposit = desk.processed(hand, deposit)
    assert stored(deposit.resource["id"]) == ["condensed", "preview", "resource"]
    found = hand.get(
        "package_search",
        fq=f"id:{deposit.dataset['id']}",
        include_private=True,
        include_drafts=True,
    ).result
    assert found["count"] == 1
