"""B16: downloads are counted without robots and previews, and nothing is kept of who it was."""

from __future__ import annotations

import io

import pytest
import sqlalchemy as sa
from pages_site import build_site

BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0"}


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    built = build_site(tmp_path_factory.mktemp("b16"))
    yield built
    built.site.close()


@pytest.fixture
def file(pages, new_name):
    """A stored file of a public dataset: id of dataset and of resource."""
    made = pages.call("package_create", "ed", name=new_name("d"), owner_org="lab-a")
    key = pages.call("api_token_create", user="ed", name="t")["token"]
    form = {"package_id": made["id"], "name": "a.csv", "upload": (io.BytesIO(b"a,b"), "a.csv")}
    answer = pages.browser().post(
        "/api/3/action/resource_create", data=form, headers={"Authorization": key}
    )
    return made["id"], answer.json["result"]["id"]


@pytest.fixture
def fetch(pages, file):
    dataset, resource = file

    def download(address="192.0.2.1", method="GET", **headers):
        with pages.browser().open(
            f"/dataset/{dataset}/resource/{resource}/download",
            method=method,
            headers=BROWSER | headers,
            environ_overrides={"REMOTE_ADDR": address},
        ) as answer:
            assert answer.status_code in {200, 302}

    return download


def counted(pages, file):
    return pages.call("dataset_downloads", "xi", id=file[0])


def test_downloads_are_counted_by_file(pages, file, fetch):
    fetch("192.0.2.1")
    fetch("192.0.2.2")
    found = counted(pages, file)
    assert (found["total"], found["last_30_days"]) == (2, 2)
    assert found["files"] == {file[1]: 2}
    assert "robots" in found["how"]
    page = pages.browser().get(f"/dataset/{pages.call('package_show', id=file[0])['name']}").text
    assert "How that is counted" in page


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
        {"User-Agent": "Mozilla/5.0 (compatible; bingbot/2.0)"},
        {"User-Agent": "Twitterbot/1.0"},
        {"User-Agent": ""},
        {"Range": "bytes=100-200"},
        {"method": "HEAD"},
    ],
)
def test_robots_parts_and_looks_are_not_counted(pages, file, fetch, headers):
    fetch("192.0.2.9", **headers)
    assert counted(pages, file)["total"] == 0


@pytest.mark.parametrize(
    "program", ["curl/8.5.0", "Wget/1.21", "rclone/v1.66", "python-requests/2"]
)
def test_programs_of_people_are_counted(pages, file, fetch, program):
    fetch(**{"User-Agent": program})
    assert counted(pages, file)["total"] == 1


def test_a_download_that_begins_anew_is_one(pages, file, fetch):
    for _ in range(3):
        fetch("192.0.2.7")
    fetch("192.0.2.7", Range="bytes=0-")
    assert counted(pages, file)["total"] == 1


def test_nothing_is_kept_of_who_it_was(pages, file, fetch):
    fetch("198.51.100.77")
    with pages.site.database.reading() as session:
        columns = {
            one["name"] for one in sa.inspect(session.get_bind()).get_columns("download_count")
        }
    assert columns == {"resource_id", "day", "package_id", "number"}


def test_numbers_of_private_datasets_are_private(pages, file):
    pages.call("package_patch", "ada", id=file[0], private=True)
    answer = pages.browser().get(f"/api/3/action/dataset_downloads?id={file[0]}")
    assert answer.status_code == 403


def test_a_purged_dataset_takes_its_numbers_along(pages, file, fetch):
    fetch()
    pages.call("dataset_purge", id=file[0])
    with pages.site.database.reading() as session:
        query = sa.text("SELECT count(*) FROM download_count WHERE package_id = :id")
        assert session.scalar(query, {"id": file[0]}) == 0
