"""Downloads of what strangers have uploaded: never shown as a page, always under its own name."""

from __future__ import annotations

import io

import pytest
from pages_site import build_site

PAGE = b"<!doctype html><script>alert(1)</script>"
ODD_NAME = 'Zellen Ω "a";\r\nX: y.rtdc'


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    built = build_site(tmp_path_factory.mktemp("site"))
    built.call("package_create", "ed", name="files", owner_org="lab-a")
    built.token = built.call("api_token_create", "ed", user="ed", name="t")["token"]
    yield built
    built.site.close()


def download(pages, name, data):
    """Upload a file and follow its download to the end, as a browser does."""
    client = pages.app.test_client()
    made = client.post(
        "/api/3/action/resource_create",
        data={"package_id": "files", "name": name, "upload": (io.BytesIO(data), "f.bin")},
        headers={"Authorization": pages.token},
    ).json["result"]
    path = f"/dataset/{made['package_id']}/resource/{made['id']}/download/x"
    return client.get(path, follow_redirects=True)


@pytest.mark.parametrize("name", ["a.html", "a.svg", "a.xhtml", "a.xml", "a.pdf", "a", "a.png"])
def test_what_people_upload_is_saved_and_never_a_page(pages, name):
    """Z12: only raster images and plain text keep their type; nothing can run."""
    answer = download(pages, name, PAGE)
    assert answer.data == PAGE
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.mimetype in {"application/octet-stream", "image/png"}


def test_a_name_cannot_leave_its_header(pages):
    """Z23."""
    answer = download(pages, ODD_NAME, b"x")
    assert answer.status_code == 200
    assert "X" not in answer.headers
    disposition = answer.headers["Content-Disposition"]
    assert "\r" not in disposition
    assert "\n" not in disposition
    assert "filename*=UTF-8''Zellen%20%CE%A9%20%22a%22%3BX%3A%20y.rtdc" in disposition
