"""A site in this process with what is worth citing, shared by the tests of feeds."""

import threading
import types

import pytest
from pages_site import build_site
from werkzeug.serving import make_server

TITLE = 'A & B <5 µm> "x" {y} 50 % $z_1^2$ \\ É'
AUTHORS = (
    "García Márquez, Gabriel; Max Planck Institute for the Science of Light; Ludwig van Beethoven"
)
SHA = "ab" * 32


@pytest.fixture(scope="session")
def library(tmp_path_factory):
    """A site with one public dataset, one private and one draft."""
    options = {
        "cytotheca.oai.page_size": "20",
        "cytotheca.download.zip_bytes": "1000",
        "ckan.feeds.limit": "5",
    }
    built = build_site(tmp_path_factory.mktemp("site"), options)
    common = {"owner_org": "lab-a", "license_id": "cc-by"}
    files = [
        {
            "name": f"m{number}.rtdc",
            "url": "https://example.org/a b.rtdc",
            "size": 5,
            "format": "RT-DC",
            "sha256": SHA,
            "dc:experiment:date": f"202{number}-01-01",
        }
        for number in (0, 1)
    ]
    made = built.call(
        "package_create",
        "ed",
        name="p1",
        title=TITLE,
        author=AUTHORS,
        notes="**Bold** <i>words</i> \x01 & more",
        tags=[{"name": "beads"}],
        resources=files,
        version="2.5",
        **common,
    )
    built.call("package_create", "ed", name="p2", title="Hidden two", private=True, **common)
    built.call("package_create", "ed", name="p3", title="Hidden three", state="draft", **common)
    return types.SimpleNamespace(
        call=built.call, browser=built.browser(), dataset=made, app=built.app, site=built.site,
        editor=lambda: built.browser("ed"),
    )  # fmt: skip


@pytest.fixture(scope="session")
def address(library):
    """The address of the site behind a real port, for unmodified clients."""
    server = make_server("127.0.0.1", 0, library.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
