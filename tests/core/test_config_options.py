"""Options that administrators change while the site runs (ckan-core §4.6, O19)."""

from __future__ import annotations

import io
import re

import pytest
from pages_site import PagesSite, build_site, form_token
from PIL import Image

from cytotheca.core.app import create_app
from cytotheca.core.domain.errors import ValidationError
from cytotheca.core.models.system import SystemInfo
from cytotheca.core.site_factory import create_site


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    return build_site(tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="module")
def other_process(pages):
    """The same site, as another process has it."""
    site = create_site(dict(pages.site.config))
    yield PagesSite(site=site, app=create_app(site), users=pages.users)
    site.close()


@pytest.fixture(autouse=True)
def as_the_files_say(pages):
    yield
    for key in pages.call("config_option_list", "ada"):
        pages.call("config_option_update", "ada", **{key: ""})


@pytest.fixture(scope="module")
def ada(pages):
    return pages.browser("ada")


def save(browser, **form):
    token = form_token(browser.get("/ckan-admin/config").text)
    return browser.post("/ckan-admin/config", data={"_csrf_token": token, **form})


def png():
    content = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(content, "PNG")
    content.seek(0)
    return content


def test_every_process_sees_a_change_at_its_next_request(pages, other_process):
    readers = (pages.browser(), other_process.browser())
    for reader in readers:
        assert "<title>Cytotheca</title>" in reader.get("/").text
    changed = {"ckan.site_title": "Cell library", "ckan.site_about": "All about *cells*"}
    assert pages.call("config_option_update", "ada", **changed) == changed
    for reader in readers:
        assert "<title>Cell library</title>" in reader.get("/").text
        assert "<em>cells</em>" in reader.get("/about").text
        status = reader.get("/api/3/action/status_show").json["result"]
        assert status["site_title"] == "Cell library"
    pages.call("config_option_update", "ada", **{"ckan.site_title": ""})
    for reader in readers:
        assert "<title>Cytotheca</title>" in reader.get("/").text


def test_a_new_address_of_the_site_is_in_new_links(pages, other_process):
    made = pages.call("package_create", "ed", name="linked", owner_org="lab-a")
    pages.call("config_option_update", "ada", **{"ckan.site_url": "https://cells.example.org"})
    answer = other_process.browser().get(f"/api/3/action/package_show?id={made['name']}")
    assert answer.json["help"].startswith("https://cells.example.org/")


def test_only_administrators_see_and_change_options(pages):
    browser = pages.browser("ed")
    assert browser.get("/api/3/action/config_option_list").status_code == 403
    shown = pages.browser("ada").get("/api/3/action/config_option_show?key=ckan.site_title")
    assert shown.json["result"] == "Cytotheca"


@pytest.mark.parametrize("key", ["SECRET_KEY", "sqlalchemy.url", "nosuch"])
def test_other_settings_are_neither_shown_nor_changed(pages, key):
    with pytest.raises(ValidationError) as shown:
        pages.call("config_option_show", "ada", key=key)
    assert str(shown.value) == f"Configuration option '{key}' can not be shown"
    with pytest.raises(ValidationError) as changed:
        pages.call("config_option_update", "ada", **{key: "x"})
    assert str(changed.value) == f"Configuration option(s) '{key}' can not be updated"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("ckan.theme", "nosuch"),
        ("ckan.site_url", "javascript:alert(1)"),
        ("ckan.site_url", "https://x.example/path"),
    ],
)
def test_values_that_would_break_the_site_are_refused(pages, ada, key, value):
    with pytest.raises(ValidationError) as refused:
        pages.call("config_option_update", "ada", **{key: value})
    assert key in refused.value.errors
    answer = save(ada, **{key: value})
    assert answer.status_code == 409
    assert 'role="alert"' in answer.text


def test_a_stored_value_that_the_code_no_longer_takes_is_no_outage(pages):
    browser = pages.browser()
    with pages.site.database.writing() as session:
        session.add(SystemInfo(key="ckan.theme", value="gone"))
        session.merge(SystemInfo(key="ckan.config_update", value="another"))
        session.commit()
    assert browser.get("/").status_code == 200
    with pages.site.database.writing() as session:
        session.delete(session.get(SystemInfo, "ckan.theme"))
        session.merge(SystemInfo(key="ckan.config_update", value="yet another"))
        session.commit()
    assert browser.get("/").status_code == 200
    assert pages.site.config.get("ckan.theme") != "gone"


def test_the_form_stores_what_was_changed_and_nothing_else(pages, ada):
    shown = ada.get("/ckan-admin/config").text
    names = re.findall(r'name="((?:ckan|cytotheca)\.[^"]+)"', shown)
    assert set(names) | {"ckan.site_logo"} == set(pages.call("config_option_list", "ada"))
    form = {name: pages.call("config_option_show", "ada", key=name) for name in names}
    style = ".hero { color: #123456; }"
    changed = {"ckan.site_custom_css": style, "ckan.site_intro_text": "Welcome"}
    assert save(ada, **(form | changed)).status_code == 303
    home = ada.get("/").text
    assert "<p>Welcome</p>" in home
    assert 'href="/site.css"' in home
    sheet = ada.get("/site.css")
    assert (sheet.text, sheet.mimetype) == (style, "text/css")

    token = form_token(ada.get("/ckan-admin/reset_config").text)
    answer = ada.post("/ckan-admin/reset_config", data={"_csrf_token": token})
    assert answer.status_code == 303
    assert "/site.css" not in ada.get("/").text


def test_a_logo_is_uploaded_shown_to_everybody_and_taken_away(pages, ada):
    assert save(ada, logo_upload=(png(), "logo.png")).status_code == 303
    (path,) = re.findall(r'<img class="logo" src="([^"]+)"', pages.browser().get("/").text)
    assert pages.browser().get(path).mimetype == "image/png"
    assert save(ada, clear_logo_upload="true").status_code == 303
    assert 'class="logo"' not in pages.browser().get("/").text
    assert pages.browser().get(path).status_code == 404


def test_a_logo_that_is_no_picture_is_refused(ada):
    answer = save(ada, logo_upload=(io.BytesIO(b"<html>"), "logo.png"))
    assert answer.status_code == 409
    assert "Unsupported upload type" in answer.text
