"""Images of people and groups."""

import io

import pytest
from PIL import Image, PngImagePlugin

from cytotheca.core.domain.errors import ValidationError
from cytotheca.core.schema.upload import UploadedFile
from cytotheca.core.storage.images import find_image, images_folder


def picture(kind="PNG", size=(30, 20), **options):
    buffer = io.BytesIO()
    Image.new("RGB", size, "red").save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.fixture
def upload(house):
    """Write a file aside, as the request class does."""

    def write(data, filename="me.png", content_type=None):
        incoming = house.site.store.incoming()
        incoming.write(data)
        return UploadedFile(filename=filename, incoming=incoming, content_type=content_type)

    return write


@pytest.fixture
def stored(house, tmp_path):
    """The files of all stored images."""
    return lambda: sorted((tmp_path / "storage" / "images").rglob("*.*"))


def test_an_image_is_drawn_anew_and_shown(house, upload, tmp_path):
    """Z13."""
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "<script>alert(1)</script>")
    data = picture(pnginfo=text) + b"<html>tail</html>"
    user = house.call(
        "ed", "user_patch", id="ed", image_upload=upload(data, content_type="image/png")
    )
    assert user["image_display_url"] == (
        f"http://data.example.org/uploads/user/{user['image_url']}"
    )
    file = find_image(images_folder(tmp_path / "storage", "user"), user["image_url"])
    kept = file.read_bytes()
    assert Image.open(io.BytesIO(kept)).size == (30, 20)
    assert b"script" not in kept
    assert b"html" not in kept


@pytest.mark.parametrize(
    ("data", "filename", "content_type", "told"),
    [
        (b"<!DOCTYPE html><p>hi", "me.png", "image/png", "text/html"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "me.svg", "image/svg+xml", "image/svg+xml"),
        (picture(), "me.html", "text/html", "text/html"),
        (picture(), "me.jpg", None, "image/jpeg"),
        (picture(), "me.png", "image/gif", "image/gif"),
        (b"\x00" * 100, "me.png", None, "application/octet-stream"),
    ],
)
def test_what_is_no_image_of_its_name_is_refused(
    house, upload, stored, data, filename, content_type, told
):
    """Z13: ckan-core 42."""
    with pytest.raises(ValidationError) as refused:
        house.call("ed", "user_patch", id="ed", image_upload=upload(data, filename, content_type))
    assert refused.value.errors == {"image_upload": [f"Unsupported upload type: {told}"]}
    assert stored() == []


def test_broken_and_huge_images_are_refused(house, upload, found_house):
    """Z13."""
    for data in (picture()[:60], picture(size=(20_000, 2_000))):
        with pytest.raises(ValidationError) as refused:
            house.call("ed", "user_patch", id="ed", image_upload=upload(data))
        assert "image_upload" in refused.value.errors
    noise = b"\x89PNG\r\n\x1a\n" + b"x" * (2 * 1024 * 1024 + 1)
    with pytest.raises(ValidationError) as refused:
        house.call("ed", "user_patch", id="ed", image_upload=upload(noise))
    assert refused.value.errors == {"image_upload": ["File upload too large"]}


@pytest.mark.parametrize("kind", ["GIF", "JPEG"])
def test_gif_and_jpeg_are_kept_as_such(house, upload, kind):
    name = {"GIF": "x.gif", "JPEG": "x.jpeg"}[kind]
    group = house.call("xi", "group_create", name="c1", image_upload=upload(picture(kind), name))
    assert group["image_display_url"].startswith("http://data.example.org/uploads/group/")


def test_a_replaced_image_goes_after_the_commit(house, upload, stored):
    first = house.call("ed", "user_patch", id="ed", image_upload=upload(picture()))
    same = house.call("ed", "user_update", **first)
    assert same["image_url"] == first["image_url"]
    second = house.call("ed", "user_patch", id="ed", image_upload=upload(picture()))
    assert [path.name for path in stored()] == [second["image_url"]]
    with pytest.raises(ValidationError):
        house.call("ed", "user_patch", id="ed", image_url="", email="mo@example.org")
    assert [path.name for path in stored()] == [second["image_url"]]
    cleared = house.call("ed", "user_patch", id="ed", clear_upload="true")
    assert cleared["image_url"] is None
    assert stored() == []


def test_nobody_shows_the_image_of_another_by_its_name(house, upload):
    first = house.call("ed", "user_patch", id="ed", image_upload=upload(picture()))
    other = house.call("mo", "user_patch", id="mo", image_url=first["image_url"])
    assert other["image_url"] is None


def test_a_dataset_shows_the_image_of_its_collection(house, dataset, upload):
    group = house.call("ed", "group_create", name="c1", image_upload=upload(picture()))
    shown = dataset("d-1", groups=[{"name": "c1"}])["groups"][0]
    assert shown["image_display_url"] == group["image_display_url"] != ""
