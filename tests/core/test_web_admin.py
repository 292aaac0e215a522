"""The pages for administrators (ckan-core §10)."""

from __future__ import annotations

import pytest
from pages_site import PASSWORD, build_site, form_token

from cytotheca.core.jobs.worker import park
from cytotheca.core.models.outbox import find_row

PAGES = ["", "config", "reset_config", "jobs", "trash"]


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    return build_site(tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="module")
def ada(pages):
    return pages.browser("ada")


def send(browser, page, **form):
    """Send a form of an admin page, with the token of the page."""
    token = form_token(browser.get(f"/ckan-admin/{page.replace('sysadmins', '')}").text)
    return browser.post(f"/ckan-admin/{page}", data={"_csrf_token": token, **form})


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("prefix", ["/ckan-admin", "/admin"])
def test_only_administrators_see_the_pages(pages, ada, prefix, page):
    assert ada.get(f"{prefix}/{page}").status_code == 200
    assert pages.browser("ed").get(f"{prefix}/{page}").status_code == 403
    assert pages.browser().get(f"{prefix}/{page}").status_code == 403


def test_forms_of_others_are_refused(pages, ada):
    token = form_token(ada.get("/ckan-admin/").text)
    for name in ("ed", None):
        form = {"username": "ed", "status": "add", "_csrf_token": token}
        assert pages.browser(name).post("/ckan-admin/sysadmins", data=form).status_code == 403
    assert ada.post("/ckan-admin/jobs", data={"act": "retry"}).status_code == 400


def test_somebody_becomes_an_administrator_and_stops_being_one(pages, ada):
    add = {"status": "add", "current_password": PASSWORD}
    assert send(ada, "sysadmins", username="xi", **add).status_code == 303
    assert pages.browser("xi").get("/ckan-admin/").status_code == 200
    assert send(ada, "sysadmins", username="xi", status="remove").status_code == 303
    assert pages.browser("xi").get("/ckan-admin/").status_code == 403
    assert send(ada, "sysadmins", username="nosuch", **add).status_code == 404
    assert send(ada, "sysadmins", username="ada", status="remove").status_code == 400
    assert ada.get("/ckan-admin/").status_code == 200


def test_failed_jobs_are_shown_with_their_reason_tried_again_and_forgotten(pages, ada):
    job = pages.site.enqueue_test_jobs(["default"])["default"]

    def fail():
        with pages.site.database.writing() as session:
            park(session, find_row(session, job), "the <disk> is broken")
            session.commit()

    fail()
    shown = ada.get("/ckan-admin/jobs").text
    assert "The queue does not answer" in shown
    assert "the &lt;disk&gt; is broken" in shown
    assert send(ada, "jobs", act="retry", id=job).status_code == 303
    assert "is broken" not in ada.get("/ckan-admin/jobs").text
    fail()
    assert send(ada, "jobs", act="cancel", id=job).status_code == 303
    assert job not in ada.get("/ckan-admin/jobs").text
    assert send(ada, "jobs", act="cancel", id=job).status_code == 404


def test_what_was_deleted_is_listed_and_purged(pages, ada):
    for name in ("gone-1", "gone-2"):
        pages.call("package_create", "ed", name=name, title=name.upper(), owner_org="lab-a")
        pages.call("package_delete", "ed", id=name)
    pages.call("group_create", "ada", name="fig-9", title="Figure 9")
    pages.call("group_delete", "ada", id="fig-9")
    shown = ada.get("/ckan-admin/trash").text
    assert all(title in shown for title in ("GONE-1", "GONE-2", "Figure 9"))

    first = pages.call("package_show", "ada", id="gone-1")["id"]
    assert send(ada, "trash", kind="datasets", id=first).status_code == 303
    shown = ada.get("/ckan-admin/trash").text
    assert "GONE-1" not in shown
    assert "GONE-2" in shown
    assert send(ada, "trash", kind="datasets").status_code == 303
    assert send(ada, "trash", kind="groups").status_code == 303
    shown = ada.get("/ckan-admin/trash").text
    assert not any(title in shown for title in ("GONE-2", "Figure 9"))


def test_nothing_but_what_was_deleted_is_purged(pages, ada):
    kept = pages.call("package_create", "ed", name="kept", owner_org="lab-a")["id"]
    send(ada, "trash", kind="datasets", id=kept)
    assert pages.call("package_show", "ada", id="kept")["state"] == "active"
