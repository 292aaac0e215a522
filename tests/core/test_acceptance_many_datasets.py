"""Searches of a site with more datasets than any answer may hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from pages_site import build_site

from cytotheca.core.models.base import new_id
from cytotheca.core.models.package import Package

DATASETS = 1050
MOMENTS = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day) for day in range(4)]


@pytest.fixture(scope="module")
def search(tmp_path_factory):
    """Search the site over HTTP as the public; hundreds of datasets changed at one moment."""
    built = build_site(tmp_path_factory.mktemp("site"))
    circle = built.call("organization_show", id="lab-a")["id"]
    rows = [
        {
            "id": new_id(),
            "name": f"many-{number}",
            "owner_org": circle,
            "metadata_modified": MOMENTS[number % len(MOMENTS)],
        }
        for number in range(DATASETS)
    ]
    with built.site.database.writing() as session:
        session.execute(sa.insert(Package), rows)
        session.commit()
    assert built.site.rebuild_search_index() == DATASETS
    client = built.app.test_client()

    def call(**params):
        answer = client.get("/api/3/action/package_search", query_string=params)
        assert answer.status_code == 200
        return answer.json["result"]

    return call


@pytest.mark.parametrize(
    ("asked", "got"),
    [({"rows": 5000}, 1000), ({"rows": 1000}, 1000), ({}, 10), ({"rows": 0}, 0)],
)
def test_the_number_of_rows_has_an_upper_bound(search, asked, got):
    """ckan-core 28: the count is that of all, however many are shown."""
    found = search(**asked)
    assert found["count"] == DATASETS
    assert len(found["results"]) == got


@pytest.mark.parametrize("order", ["asc", "desc"])
def test_a_harvester_meets_every_dataset_once(search, order):
    """ckan-core 36: also where many datasets changed at the same moment."""
    seen = []
    while page := search(rows=100, start=len(seen), sort=f"metadata_modified {order}")["results"]:
        assert len(page) <= 100
        seen += page
    assert len({one["id"] for one in seen}) == len(seen) == DATASETS
    moments = [one["metadata_modified"] for one in seen]
    assert moments == sorted(moments, reverse=order == "desc")


@pytest.mark.parametrize("params", [{}, {"sort": "metadata_modified desc"}, {"q": "name:many-1*"}])
def test_a_cursor_meets_every_dataset_once(search, params):
    """expectations A3; without a cursor the answer has the keys that CKAN gives."""
    seen, cursor = [], "*"
    while cursor is not None:
        answer = search(rows=100, cursor=cursor, **params)
        cursor = answer["next_cursor"]
        seen += [one["id"] for one in answer["results"]]
    assert len(set(seen)) == len(seen) == answer["count"] == search(**params)["count"]
    assert "next_cursor" not in search(**params)
