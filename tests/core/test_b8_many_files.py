"""B8: datasets with ten thousand files stay usable."""

from __future__ import annotations

import re
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from pages_site import build_site
from sqlalchemy import event

from cytotheca.core.models.base import new_id
from cytotheca.core.models.resource import Resource
from cytotheca.core.web.formatting import format_bytes, format_number

FILES = 10_000
SHOWN = 50
TEN_THOUSAND = format_number(FILES)


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    built = build_site(tmp_path_factory.mktemp("site"))
    dataset = built.call("package_create", "ed", name="many", title="Many", owner_org="lab-a")
    common = {"package_id": dataset["id"], "format": "RT-DC", "url_type": None}
    rows = [
        common
        | {
            "id": new_id(),
            "position": number,
            "name": f"M{number:05d}_Day{number % 7}.rtdc",
            "url": f"https://example.org/{number}",
            "size": 1_000_000 + number % 3,
            "extras": {"dc:experiment:event count": 1000},
        }
        for number in range(FILES)
    ]
    with built.site.database.writing() as session:
        session.execute(sa.insert(Resource), rows)
        session.commit()
    built.ids = [row["id"] for row in rows]
    built.sizes = [row["size"] for row in rows]
    return built


@pytest.fixture
def browse(pages):
    """Return the text of a page, and the names of the files it lists."""
    browser = pages.browser()

    def get(address):
        answer = browser.get(address)
        assert answer.status_code == 200
        return answer.text, re.findall(
            r'class="resource-name"[^>]*>(M\d{5}_Day\d)\.rtdc', answer.text
        )

    return get


@contextmanager
def loaded_resources():
    """Count the resources that are read from the database."""
    seen = []

    def note(target, context):
        seen.append(target)

    event.listen(Resource, "load", note)
    try:
        yield seen
    finally:
        event.remove(Resource, "load", note)


def test_a_page_shows_fifty_files_and_reads_no_more(browse):
    """B8: also the last page."""
    with loaded_resources() as seen:
        text, names = browse("/dataset/many")
    assert names == [f"M{number:05d}_Day{number % 7}" for number in range(SHOWN)]
    assert f"1\N{EN DASH}50 of {TEN_THOUSAND} files" in text
    assert len(seen) == SHOWN
    with loaded_resources() as seen:
        _, names = browse("/dataset/many?page=200")
    assert names[-1] == "M09999_Day3"
    assert len(names) == len(seen) == SHOWN


def test_files_are_found_and_sorted(browse):
    """B8: every word counts, in any case."""
    text, names = browse("/dataset/many?file=m012+DAY3")
    assert names == [f"M{number:05d}_Day3" for number in range(1200, 1300) if number % 7 == 3]
    assert f"of {len(names)} files" in text
    _, names = browse("/dataset/many?order=size")
    assert names[:2] == ["M00002_Day2", "M00005_Day5"]
    text, names = browse("/dataset/many?file=nothing")
    assert not names
    assert "No file fits." in text


def test_what_is_said_of_all_files_counts_those_of_other_pages(pages, browse):
    """B8: also after the dataset has changed."""
    size = sum(pages.sizes)
    assert f"{TEN_THOUSAND}, {format_bytes(size)}<" in browse("/dataset/many")[0]
    pages.call("resource_patch", id=pages.ids[-1], size=10 * size)
    grown = 11 * size - pages.sizes[-1]
    assert f"{TEN_THOUSAND}, {format_bytes(grown)}<" in browse("/dataset/many?page=2")[0]
    pages.call("resource_patch", id=pages.ids[-1], size=pages.sizes[-1])


def test_the_page_of_a_file_reads_its_neighbours_alone(pages, browse):
    """B8."""
    with loaded_resources() as seen:
        text, _ = browse(f"/dataset/many/resource/{pages.ids[5000]}")
    assert "M04999" in text
    assert "M05001" in text
    assert len(seen) <= 4
    first, _ = browse(f"/dataset/many/resource/{pages.ids[0]}")
    assert 'rel="prev"' not in first
    assert pages.ids[1] in first


def test_the_api_gives_all_or_a_part(pages):
    """B8: ``package_show`` is whole unless asked otherwise."""
    assert len(pages.call("package_show", id="many")["resources"]) == FILES
    head = pages.call("package_show", id="many", include_resources=False)
    assert (head["resources"], head["num_resources"]) == ([], FILES)
    part = pages.call("package_resource_list", id="many", q="day6", limit=5000, offset=1000)
    assert part["count"] == len([n for n in range(FILES) if n % 7 == 6])
    assert len(part["results"]) == part["count"] - 1000
    assert part["results"][0] == pages.call("resource_show", id=part["results"][0]["id"])
