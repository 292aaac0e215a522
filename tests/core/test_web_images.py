"""Pictures of people, circles and collections on pages."""

from __future__ import annotations

import io

import pytest
from pages_site import build_site
from PIL import Image


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    return build_site(tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="module")
def picture_path(pages):
    """The path of a picture that was uploaded for the collection fig-1."""
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(buffer, "PNG")
    new = {"user": "ada", "name": "tests"}
    token = pages.site.call("api_token_create", new, ignore_auth=True)["token"]
    answer = pages.app.test_client().post(
        "/api/3/action/group_patch",
        data={"id": "fig-1", "image_upload": (io.BytesIO(buffer.getvalue()), "navy.png")},
        headers={"Authorization": token},
    )
    assert answer.status_code == 200, answer.text
    return answer.json["result"]["image_display_url"].removeprefix("http://localhost")


def test_an_uploaded_picture_is_shown(pages, picture_path):
    """ckan-core §10: the address that the API tells leads to the picture; it may be kept."""
    answer = pages.browser().get(picture_path)
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    assert Image.open(io.BytesIO(answer.data)).size == (40, 30)
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    for page in ("/", "/group/", "/group/fig-1"):
        assert f'<img src="{picture_path}"' in pages.browser().get(page).text


@pytest.mark.parametrize(
    "path",
    [
        "/uploads/group/" + "0" * 32 + ".png",
        "/uploads/group/../../site.db",
        "/uploads/group/%2e%2e%2fsite.db",
        "/uploads/other/{name}",
        "/uploads/user/{name}",
        "/uploads/group/",
    ],
)
def test_nothing_else_is_served(pages, picture_path, path):
    name = picture_path.rpartition("/")[2]
    assert pages.browser().get(path.format(name=name)).status_code == 404


def test_pictures_of_other_sites_are_not_loaded(pages):
    """They would tell others who reads here, and the page's own rules forbid them."""
    pages.call("group_create", "ada", name="spied", image_url="https://spy.example/p.png")
    for page in ("/", "/group/", "/group/spied"):
        assert "spy.example" not in pages.browser().get(page).text
