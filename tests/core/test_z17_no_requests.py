"""Z17: the server sends no request to an address that somebody gave it."""

from __future__ import annotations

import socket

import pytest
from pages_site import build_site

from cytotheca.core.jobs.worker import run_job
from cytotheca.core.models.outbox import Kind, Outbox

NO_WAIT_S = 0.2


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    built = build_site(tmp_path_factory.mktemp("site"))
    yield built
    built.site.close()


@pytest.fixture
def listener():
    """A port of this machine on which somebody who fetched the link would be seen."""
    with socket.create_server(("127.0.0.1", 0)) as opened:
        opened.settimeout(NO_WAIT_S)
        yield opened


@pytest.fixture
def url(listener):
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


def nobody_came(listener):
    """Tell whether no connection waits; the kernel would have taken it."""
    try:
        listener.accept()
    except TimeoutError:
        return True
    return False


def work_off(pages):
    """Do all jobs that wait."""
    with pages.site.database.reading() as session:
        rows = [row.id for row in session.query(Outbox).where(Outbox.kind == Kind.JOB)]
    for row in rows:
        run_job(pages.site, row)


def test_links_of_files_and_views_are_never_fetched(pages, listener, url):
    """A link is an address in a page."""
    call = pages.call
    resource = {"name": "a.csv", "url": f"{url}/a.csv"}
    call("package_create", "ed", name="link", owner_org="lab-a", url=url, resources=[resource])
    rid = call("package_show", id="link")["resources"][0]["id"]
    call("resource_patch", "ed", id=rid, url=f"{url}/b.csv", cache_url=url)
    call("resource_view_create", "ed", resource_id=rid, view_type="datatables_view", title="t")
    work_off(pages)
    client = pages.browser("ed")
    for path in ("/dataset/link", f"/dataset/link/resource/{rid}"):
        assert client.get(path).status_code == 200
    for path in ("/dataset/link.ttl", "/dataset/link/download.zip", "/dataset/link/linkset"):
        assert client.get(path).status_code < 500
    assert client.get(f"/dataset/link/resource/{rid}/download").location == f"{url}/b.csv"
    assert nobody_came(listener)


@pytest.mark.parametrize("kind", ["organization", "group"])
def test_pictures_of_circles_and_collections_are_never_fetched(pages, listener, url, kind):
    name = f"pictured-{kind}"
    pages.call(f"{kind}_create", "ed", name=name, image_url=f"{url}/p.png")
    work_off(pages)
    assert pages.browser("ed").get(f"/{kind}/{name}").status_code == 200
    assert nobody_came(listener)


def test_pictures_of_people_are_never_fetched(pages, listener, url):
    pages.call("user_patch", "ed", id=pages.users["ed"], image_url=f"{url}/p.png")
    work_off(pages)
    assert pages.browser("ed").get("/user/ed").status_code == 200
    assert nobody_came(listener)


def test_links_in_texts_are_never_fetched(pages, listener, url):
    notes = f"![p]({url}/p.png) [l]({url}) <{url}> {url}"
    pages.call("package_create", "ed", name="links", owner_org="lab-a", notes=notes)
    work_off(pages)
    client = pages.browser()
    for path in ("/dataset/links", "/dataset/links.ttl", "/feeds/dataset.atom", "/dataset/"):
        assert client.get(path).status_code == 200
    assert nobody_came(listener)


def test_a_listener_is_seen(listener, url):
    """The check itself can fail."""
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))):
        assert not nobody_came(listener)
