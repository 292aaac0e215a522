"""A site with content behind a real port, and a browser to look at it."""

from __future__ import annotations

import threading
import uuid

import pytest
from chromium import EXECUTABLE, open_browser
from pages_site import build_site
from werkzeug.serving import make_server

#: People may register; no mail is sent in these tests.
OPTIONS = {
    "ckan.auth.create_user_via_web": "true",
    "smtp.server": "127.0.0.1:1",
    "ckan.plugins": "activity",
}


@pytest.fixture(scope="session")
def site_url(tmp_path_factory):
    """Serve a site with a few datasets; yield its address."""
    built = build_site(tmp_path_factory.mktemp("site"), OPTIONS)
    resource = {
        "id": str(uuid.uuid4()),
        "name": "beads.rtdc",
        "url": "https://example.org/beads",
        "format": "RT-DC",
        "size": 899298,
        "sha256": "ab" * 32,
        "dc:setup:channel width": 20.0,
    }
    common = {"owner_org": "lab-a", "license_id": "cc-by", "tags": [{"name": "beads"}]}
    built.call(
        "package_create",
        "ed",
        name="open",
        title="Calibration beads",
        notes="*Beads*",
        author="Ada, Otto",
        resources=[resource],
        **common,
    )
    built.call("package_patch", "ed", id="open", version="2")
    built.call("package_create", "ed", name="draft", title="A draft", state="draft", **common)
    server = make_server("127.0.0.1", 0, built.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", resource["id"]
    finally:
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def browser():
    """The system's Chromium."""
    if EXECUTABLE is None:
        pytest.skip("there is no Chromium on this machine")
    with open_browser() as opened:
        yield opened
