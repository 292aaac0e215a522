"""L2: what pages and calls ask of PostgreSQL is answered by indexes, not from whole tables."""

from __future__ import annotations

import re
from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa
from pages_site import PASSWORD, PagesSite, log_in
from postgres import empty_site

from cytotheca.core.app import create_app
from cytotheca.core.models.audit import AuditEntry
from cytotheca.core.models.base import new_id, utc_now
from cytotheca.core.models.group import Group, Member
from cytotheca.core.models.package import Package
from cytotheca.core.models.resource import Resource
from cytotheca.core.models.user import ApiToken, User

HOT = ("resource", "package", "member", "audit", "api_token")
MANY, CIRCLES, FILES = 6000, 300, 3
WHOLE = re.compile(rf"Seq Scan on \"?({'|'.join(HOT)})\"?(?!_)\b")

PAGES = """
/ /dataset/ /dataset/?q=word7 /dataset/?organization=c-7 /dataset/d-7
/dataset/d-7/resource/r-7-1 /dataset/d-7/download /dataset/versions/d-7
/organization/c-7 /user/u-7 /api/3/action/package_show?id=d-7
/api/3/action/resource_show?id=r-7-1 /api/3/action/package_resource_list?id=d-7
/api/3/action/organization_show?id=c-7&include_users=true
/api/3/action/member_list?id=c-7&object_type=user
/api/3/action/package_search?q=word7&facet.field=["tags","organization"]
/api/3/action/user_show?id=u-7 /api/3/action/package_autocomplete?q=d-7 /feeds/dataset.atom
/feeds/organization/c-7.atom
""".split()  # noqa: SIM905 - a line each is too long to be read
OWN_PAGES = """
/dashboard/datasets /dashboard/organizations /dataset/edit/d-7 /dataset/access/d-7
/dataset/resources/d-7 /dataset/collaborators/d-7 /organization/members/c-7
/user/u-7/api-tokens /user/edit/u-7 /api/3/action/organization_list_for_user
/api/3/action/api_token_list?user_id=u-7
/api/3/action/package_collaborator_list_for_user?id=u-7
""".split()  # noqa: SIM905 - a line each is too long to be read
ADMIN_PAGES = ["/ckan-admin/audit", "/ckan-admin/audit?object_id=d-7", "/ckan-admin/trash"]


@pytest.fixture(scope="module")
def pages(postgres_server, tmp_path_factory):
    """A site of many datasets, whose planner knows how many there are."""
    built = empty_site(postgres_server, tmp_path_factory.mktemp("l2"))
    built.upgrade_database()
    for name in ("u-7", "ada"):
        person = {"name": name, "email": f"{name}@example.org", "password": PASSWORD}
        built.call("user_create", person, ignore_auth=True)
    built.call("user_patch", {"id": "ada", "sysadmin": True}, ignore_auth=True)
    with built.database.writing() as session:
        user_id = session.scalar(sa.select(User.id).where(User.name == "u-7"))
        fill(session, user_id)
        session.commit()
    with built.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as plain:
        plain.execute(sa.text("VACUUM ANALYZE"))
    built.rebuild_search_index()
    yield PagesSite(site=built, app=create_app(built))
    built.close()


def fill(session, user_id):
    """Write rows in bulk; what actions would make takes half an hour."""
    numbers, circles = range(MANY), range(CIRCLES)
    moment = utc_now() - timedelta(days=30)
    session.execute(
        sa.insert(User),
        [{"id": f"p-{n}", "name": f"p-{n}", "email_key": f"p-{n}@x.org"} for n in numbers],
    )
    groups = [
        {"id": f"c-{n}", "name": f"c-{n}", "title": f"Circle {n}", "is_organization": True,
         "type": "organization"}
        for n in circles
    ]  # fmt: skip
    session.execute(sa.insert(Group), groups)
    packages = [
        {"id": f"d-{n}", "name": f"d-{n}", "title": f"Title word{n}", "private": n % 3 == 2,
         "state": "draft" if n % 50 == 0 else "active", "owner_org": f"c-{n % CIRCLES}",
         "creator_user_id": user_id if n % 500 == 7 else f"p-{n}",
         "metadata_modified": moment + timedelta(minutes=n)}
        for n in numbers
    ]  # fmt: skip
    session.execute(sa.insert(Package), packages)
    files = [
        {"id": f"r-{n}-{k}", "package_id": f"d-{n}", "position": k, "name": f"{n}.rtdc", "url": "x"}
        for n in numbers
        for k in range(FILES)
    ]
    session.execute(sa.insert(Resource), files)
    members = [
        {"group_id": f"c-{n % CIRCLES}", "table_name": "user", "table_id": f"p-{n}",
         "capacity": "member"}
        for n in numbers
    ]  # fmt: skip
    own = {"group_id": "c-7", "table_name": "user", "table_id": user_id, "capacity": "admin"}
    session.execute(sa.insert(Member), [*members, own])
    session.execute(
        sa.insert(ApiToken),
        [{"id": new_id(), "name": "t", "user_id": f"p-{n}", "plugin_extras": {}} for n in numbers],
    )
    session.execute(
        sa.insert(AuditEntry),
        [{"action": "token_created", "object_id": f"d-{n}", "actor_id": f"p-{n}"} for n in numbers],
    )


@contextmanager
def noted(engine):
    """Give the list of the SELECT statements that are sent meanwhile, with their values."""
    sent = []

    def note(connection, cursor, statement, parameters, context, executemany):
        if statement.lstrip().upper().startswith(("SELECT", "WITH")) and not executemany:
            sent.append((statement, parameters))

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


def whole_reads(engine, sent):
    """Return the statements whose plan reads a hot table from end to end."""
    found = []
    with engine.connect() as connection:
        for statement, parameters in {str(one): one for one in sent}.values():
            plan = connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)
            text = "\n".join(row[0] for row in plan)
            if WHOLE.search(text):
                found.append(f"{statement}\n{text}")
    return found


def asked(pages, browser, path):
    engine = pages.site.database.engine
    with noted(engine) as sent:
        answer = browser.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    assert sent
    return whole_reads(engine, sent)


@pytest.mark.parametrize("path", PAGES)
def test_pages_of_the_public_read_no_whole_table(pages, path):
    assert asked(pages, pages.browser(), path) == []


@pytest.fixture(scope="module")
def owner(pages):
    browser = pages.app.test_client()
    assert log_in(browser, "u-7").status_code == 302
    return browser


@pytest.mark.parametrize("path", [*PAGES, *OWN_PAGES])
def test_pages_of_a_user_read_no_whole_table(pages, owner, path):
    assert asked(pages, owner, path) == []


@pytest.mark.parametrize("path", ADMIN_PAGES)
def test_pages_of_administrators_read_no_whole_table(pages, path):
    browser = pages.app.test_client()
    assert log_in(browser, "ada").status_code == 302
    assert asked(pages, browser, path) == []


def test_a_call_with_a_token_reads_no_whole_table(pages):
    token = pages.site.call("api_token_create", {"user": "u-7", "name": "t"}, user="u-7")["token"]
    browser = pages.app.test_client()
    engine = pages.site.database.engine
    with noted(engine) as sent:
        headers = {"Authorization": token}
        answer = browser.get("/api/3/action/package_show?id=d-1", headers=headers)
    assert answer.status_code in {200, 403}
    assert any("api_token" in statement for statement, _ in sent)
    assert whole_reads(engine, sent) == []
