"""Views of many resources from the command line (ckan-core §9)."""

from __future__ import annotations

import pytest

from cytotheca.cli.access import SiteAccess
from cytotheca.core.schema.upload import UploadedFile


@pytest.fixture
def picture_site(site_folder):
    """A site with a dataset of one picture, whose views were taken away."""
    with SiteAccess(site_dir=site_folder).open() as site:
        site.call("organization_create", {"name": "lab-a"}, ignore_auth=True)
        made = {
            "name": "d-1",
            "owner_org": "lab-a",
            "authors": "Ada",
            "license_id": "CC0-1.0",
        }
        site.call("package_create", made, ignore_auth=True)
        incoming = site.store.incoming()
        incoming.write(b"a picture")
        upload = UploadedFile(filename="a.png", incoming=incoming, content_type="image/png")
        new = {"package_id": "d-1", "name": "a.png", "upload": upload}
        site.call("resource_create", new, ignore_auth=True)
    return site_folder


def shown(site_folder):
    with SiteAccess(site_dir=site_folder).open() as site:
        (resource,) = site.call("package_show", {"id": "d-1"}, ignore_auth=True)["resources"]
        found = site.call("resource_view_list", {"id": resource["id"]}, ignore_auth=True)
    return [one["view_type"] for one in found]


def test_views_are_cleared_made_where_they_fit_and_cleaned(cli, picture_site):
    def views(*words, text=None):
        return cli("--site", picture_site, "views", *words, text=text)

    assert views("clear", text="n\n").returncode != 0
    assert views("clear", "-y").returncode == 0
    assert shown(picture_site) == []
    assert views("create", "text_view", "-d", "d-1").stdout == "made 0 views\n"
    assert views("create", "nosuch").returncode == 2
    assert views("create", "image_view", "-y").stdout == "made 1 views\n"
    assert shown(picture_site) == ["image_view"]
    assert views("create", "-y", "-s", "name:other").stdout == "made 0 views\n"

    assert views("clean").stdout == "all views are of known types\n"
    with SiteAccess(site_dir=picture_site).open() as site, site.database.engine.begin() as change:
        change.exec_driver_sql("UPDATE resource_view SET view_type = 'gone_view'")
    assert views("clean", "-y").stdout == "removed the views: gone_view\n"
    assert shown(picture_site) == []
