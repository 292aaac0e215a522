"""The core on PostgreSQL: what SQLite's one writer at a time gives for nothing must hold there."""

from __future__ import annotations

import concurrent.futures
import os
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from postgres import empty_site
from sqlalchemy.exc import InternalError

from cytotheca.core.actions.group_reindex import REINDEX
from cytotheca.core.app import create_app
from cytotheca.core.auth.tokens import issue
from cytotheca.core.backup import make_backup
from cytotheca.core.jobs.declare import JobSpec
from cytotheca.core.jobs.schedule import enqueue_due
from cytotheca.core.jobs.sweeper import sweep
from cytotheca.core.jobs.worker import park
from cytotheca.core.models.audit import AuditEntry
from cytotheca.core.models.base import new_id, utc_now
from cytotheca.core.models.outbox import find_row, list_sendable
from cytotheca.core.models.package import Package
from cytotheca.core.models.user import find_user
from cytotheca.core.operations import OperableSite
from cytotheca.core.restore import restore_content
from cytotheca.core.runtime.unit_of_work import reading, unit_of_work
from cytotheca.core.search.engine import SearchQuery
from cytotheca.core.settings.site import SiteSettings
from cytotheca.core.storage.layout import Artifact, artifact_ref


@pytest.fixture
def site(postgres_server: str, tmp_path: Path) -> Iterator[OperableSite]:
    """A site on a fresh database; ed is editor of lab-a."""
    built = empty_site(postgres_server, tmp_path)
    built.upgrade_database()
    person = {"name": "ed", "email": "ed@example.org", "password": "correct-horse"}
    built.call("user_create", person, ignore_auth=True)
    built.call("organization_create", {"name": "lab-a"}, user="ed")
    yield built
    built.close()


@pytest.fixture
def dataset(site: OperableSite) -> dict[str, Any]:
    """A dataset of ed."""
    made: dict[str, Any] = site.call(
        "package_create", {"name": "d-1", "owner_org": "lab-a", "title": "One"}, user="ed"
    )
    return made


@pytest.fixture
def post(site: OperableSite) -> Callable[..., Any]:
    """Call an action as ed over HTTP; return status and body."""
    client = create_app(site).test_client()
    with site.database.writing() as session:
        user = find_user(session, "ed")
        assert user is not None
        secret = site.settings(SiteSettings).secret_key
        token = issue(session, secret, user_id=user.id, name="t").token
        session.commit()

    def call(action: str, **params: Any) -> tuple[int, Any]:
        headers = {"Authorization": token}
        answer = client.post(f"/api/3/action/{action}", json=params, headers=headers)
        return answer.status_code, answer.json

    return call


def test_the_tables_are_those_that_this_code_needs(site):
    site.check_database()


def test_nobody_changes_the_audit_log(site, dataset):
    """O21."""
    entry = site.call("audit_list", {"limit": 1}, ignore_auth=True)["entries"][0]
    assert (entry["action"], entry["object_id"]) == ("visibility_changed", dataset["id"])
    for change in (sa.update(AuditEntry).values(actor="x"), sa.delete(AuditEntry)):
        with site.database.writing() as session, pytest.raises(sa.exc.DBAPIError) as refused:
            session.execute(change)
        assert "append-only" in str(refused.value)


def test_a_reader_sees_one_moment(site, dataset):
    with reading(site, ignore_auth=True) as context:
        before = context.call("package_show", {"id": dataset["id"]})
        site.call("package_patch", {"id": dataset["id"], "title": "Two"}, user="ed")
        titles = sa.select(Package.title).where(Package.id == dataset["id"])
        assert context.session.scalar(titles) == before["title"] == "One"
    assert site.call("package_show", {"id": dataset["id"]}, user="ed")["title"] == "Two"


def test_a_reader_writes_nothing(site, dataset):
    with site.database.reading() as session, pytest.raises(InternalError, match="read-only"):
        session.execute(sa.update(Package).values(title="Three"))


def test_revisions_of_one_dataset_follow_each_other(site, dataset):
    """ckan-core 4.2."""

    def extend(number: int) -> None:
        added = [{"name": f"{number}.txt"}]
        change = {"match__id": dataset["id"], "update__resources__extend": added}
        site.call("package_revise", change, user="ed")

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(extend, range(24)))
    shown = site.call("package_show", {"id": dataset["id"]}, user="ed")
    assert {one["name"] for one in shown["resources"]} == {f"{n}.txt" for n in range(24)}
    assert [one["position"] for one in shown["resources"]] == list(range(24))


def test_the_index_holds_what_came_last(site, dataset):
    """A slow indexer that read before another wrote must not have the last word."""
    index = site.handlers["index_dataset"]
    has_read, may_go_on = threading.Event(), threading.Event()
    build = site.search.index

    def slow(documents: Any) -> None:
        found = list(documents)
        has_read.set()
        may_go_on.wait(10)
        build(found)

    def index_slowly() -> None:
        with unit_of_work(site, ignore_auth=True) as context:
            index(context, {"subject": dataset["id"]})

    site.search.index = slow
    thread = threading.Thread(target=index_slowly)
    thread.start()
    assert has_read.wait(10)
    site.search.index = build
    change = {"id": dataset["id"], "title": "Newest"}
    other = threading.Thread(
        target=lambda: site.call("package_patch", change, user="ed"), daemon=True
    )
    other.start()
    other.join(1)  # long enough for a writer who does not wait
    may_go_on.set()
    thread.join()
    other.join()
    page = site.search.search(SearchQuery(text="*:*"))
    assert [one["title"] for one in page.results] == ["Newest"]


@pytest.mark.parametrize("odd", [{"notes": "a\0b"}, {"type": "t" * 200}])
def test_what_cannot_be_stored_is_refused(post, site, odd):
    """ckan-core 1.4."""
    status, body = post("package_create", name="odd", owner_org="lab-a", **odd)
    assert (status, body["error"]["__type"]) == (409, "Validation Error")
    assert "cannot be stored" in body["error"]["message"]
    assert site.call("package_list") == []


def test_datasets_are_listed_from_an_offset(site, dataset):
    assert site.call("package_list", {"offset": 1}) == []
    assert site.call("package_list", {"offset": 0}) == ["d-1"]


def test_the_sweeper_finds_what_nothing_refers_to(site, dataset, tmp_path):
    source = tmp_path / "file"
    source.write_bytes(b"x")
    orphan = artifact_ref("circle-x", Artifact.RESOURCE, new_id())
    site.store.store_path(orphan, source)
    path = site.store.local_path(orphan)
    old = (utc_now() - timedelta(days=30)).timestamp()
    os.utime(path, (old, old))
    assert sweep(site) == 1
    assert site.store.stat(orphan) is None


def test_a_job_whose_turn_it_is_is_found(site):
    """R1."""
    with unit_of_work(site, ignore_auth=True) as context:
        first = context.enqueue(REINDEX, "x")
        context.enqueue(REINDEX, "y", depends_on=[first])
    with site.database.reading() as session:
        due = [(row.subject, row.depends_on) for row in list_sendable(session, utc_now())]
    assert due == [("x", []), ("y", [first])]


def test_a_backup_becomes_another_site(
    site: OperableSite, dataset: dict[str, Any], postgres_server: str, tmp_path: Path
) -> None:
    """O5."""
    settings = {"cytotheca.site_dir": str(tmp_path)}
    backup = make_backup(site, tmp_path / "backups", settings)
    other = empty_site(postgres_server, tmp_path / "other")
    restore_content(other, backup)
    other.upgrade_database()
    shown = other.call("package_show", {"id": dataset["id"]}, ignore_auth=True)
    assert shown["title"] == "One"
    assert other.database_versions() == site.database_versions()
    other.close()


def test_regular_jobs_run_once_and_failed_ones_are_retried_with_those_behind_them(
    site: OperableSite,
) -> None:
    """O22, ckan-core §8."""
    tidy = JobSpec(name="tidy", function=lambda *_: None, every_s=60)
    site.jobs.clear()
    site.jobs["tidy"] = tidy
    assert enqueue_due(site) == []
    with site.database.writing() as session:
        session.execute(
            sa.text("UPDATE system_info SET value = '2000' WHERE key LIKE 'schedule/%'")
        )
        session.commit()
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(lambda _: len(enqueue_due(site)), range(4))) == [0, 0, 0, 1]
    with unit_of_work(site, ignore_auth=True) as context:
        mail = JobSpec(name="mail", function=lambda *_: None)
        context.enqueue(mail, "site", depends_on=["site:tidy"])
    with site.database.writing() as session:
        row = find_row(session, "site:tidy")
        assert row is not None
        park(session, row, "no room")
        session.commit()
    overview = site.call("job_overview", {}, ignore_auth=True)
    assert {one["id"] for one in overview["failed"]} == {"site:tidy", "site:mail"}
    assert overview["queues"][0]["failed"] == 2
    again = site.call("job_retry", {"id": "site:tidy"}, ignore_auth=True)
    assert sorted(again) == ["site:mail", "site:tidy"]
