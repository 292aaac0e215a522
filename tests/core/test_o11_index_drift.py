"""O11: where the index differs from the database, a regular job mends it."""

from __future__ import annotations

import pytest

from cytotheca.core.jobs.declare import SITE
from cytotheca.core.jobs.worker import run_job
from cytotheca.core.models.outbox import find_row
from cytotheca.core.runtime.unit_of_work import unit_of_work


@pytest.fixture
def ids(bare):
    bare.call("organization_create", {"name": "lab-a"}, ignore_auth=True)
    made = [{"name": f"d-{number}", "owner_org": "lab-a"} for number in range(3)]
    return [bare.call("package_create", one, ignore_auth=True)["id"] for one in made]


def run_regular(site, name):
    with unit_of_work(site, ignore_auth=True) as context:
        key = context.enqueue(site.jobs[name], SITE)
    with site.database.reading() as session:
        row_id = find_row(session, key).id
    assert run_job(site, row_id)


def test_what_is_missing_is_indexed_and_what_is_too_many_taken_out(bare, ids):
    bare.search.remove([ids[0]])
    with bare.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE package SET state = 'deleted' WHERE name = 'd-1'")
    assert bare.compare_search_index() == ({ids[0]}, {ids[1]})
    assert bare.jobs["mend_index"].every_s
    run_regular(bare, "mend_index")
    assert bare.compare_search_index() == (set(), set())
    found = bare.call("package_search", {"q": "*:*"}, ignore_auth=True)
    assert {one["name"] for one in found["results"]} == {"d-0", "d-2"}
