"""Jobs that wait, on a site without workers: nothing moves but by the test's own calls."""

from __future__ import annotations

import pytest
from pages_site import build_site


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    return build_site(tmp_path_factory.mktemp("site"))


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
