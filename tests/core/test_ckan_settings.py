"""Settings of CKAN that operators bring along do here what they do there."""

from __future__ import annotations

import io

import pytest
from pages_site import build_site, log_in
from PIL import Image

from cytotheca.core.settings.declare import SettingError


@pytest.fixture
def found(tmp_path):
    """Make a site with options."""
    built = []

    def make(**options):
        named = {key.replace("__", "."): value for key, value in options.items()}
        built.append(build_site(tmp_path, named))
        return built[-1]

    yield make
    for one in built:
        one.site.close()


def picture(kind):
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8)).save(buffer, kind)
    return buffer.getvalue()


def test_versions_can_be_hidden_from_all_but_administrators(found):
    site = found(ckan__hide_version="true")
    assert "ckan_version" not in site.call("status_show", "ed")
    assert "ckan_version" in site.call("status_show", "ada")


def test_times_on_pages_are_those_of_the_place(found):
    site = found(ckan__display_timezone="Asia/Tokyo")
    site.call("package_create", "ed", name="dd", owner_org="lab-a")
    with site.site.database.writing() as session:
        session.connection().exec_driver_sql(
            "UPDATE package SET metadata_modified = '2026-03-01 20:00:00.000000'"
        )
        session.commit()
    html = site.browser().get("/dataset/dd").text
    assert "2 March 2026" in html
    assert "2026-03-02 05:00:00 JST" in html


def test_a_place_that_is_none_is_refused_at_the_start(found):
    with pytest.raises(SettingError, match="Europe/Berlin"):
        found(ckan__display_timezone="Mars/Base")


@pytest.mark.parametrize(
    ("wanted", "made"),
    [
        (None, ["image_view", "text_view"]),
        ("text_view nobodys_view", ["text_view"]),
    ],
)
def test_new_files_get_the_views_that_are_wanted(found, wanted, made):
    site = found(**({} if wanted is None else {"ckan__views__default_views": wanted}))
    site.call("package_create", "ed", name="dd", owner_org="lab-a")
    token = site.call("api_token_create", "ed", user="ed", name="t")["token"]
    views = []
    for name, data in (("a.png", picture("png")), ("b.txt", b"words")):
        resource = site.app.test_client().post(
            "/api/3/action/resource_create",
            data={"package_id": "dd", "name": name, "upload": (io.BytesIO(data), name)},
            headers={"Authorization": token},
        )
        listed = site.call("resource_view_list", id=resource.json["result"]["id"])
        views += [view["view_type"] for view in listed]
    assert sorted(views) == made


def test_circles_are_listed_in_the_order_that_is_set(found):
    site = found(ckan__default_group_sort="name")
    site.call("group_create", "ada", name="bb", title="Zebra")
    site.call("group_create", "ada", name="zz", title="Ape")
    assert site.call("group_list") == ["bb", "fig-1", "zz"]
    assert site.call("group_list", sort="title asc") == ["zz", "fig-1", "bb"]


def test_private_datasets_can_be_left_out_of_pages(found):
    site = found(ckan__search__default_include_private="false")
    site.call("package_create", "ed", name="own", owner_org="lab-a", private=True)
    assert "/dataset/own" not in site.browser("ed").get("/dataset/").text


def test_a_facet_shows_as_many_values_as_are_set(found):
    site = found(search__facets__default="2")
    tags = [{"name": f"tag{number}"} for number in range(5)]
    site.call("package_create", "ed", name="dd", owner_org="lab-a", tags=tags)
    html = site.browser().get("/dataset/").text
    assert html.index("tag1") < html.index("<summary", html.index("tag1")) < html.index("tag2")


@pytest.mark.parametrize(
    ("wanted", "target"),
    [
        ("/organization/", "/organization/"),
        ("dashboard.organizations", "/dashboard/organizations"),
        ("https://evil.example", "/dashboard/datasets"),
    ],
)
def test_a_login_leads_where_the_site_wants(found, wanted, target):
    site = found(ckan__auth__route_after_login=wanted)
    assert log_in(site.app.test_client(), "ed").location == target


def test_caches_may_keep_what_the_public_sees_and_nothing_else(found):
    site = found(ckan__cache_enabled="true", ckan__cache_expires="60")
    site.call("package_create", "ed", name="dd", owner_org="lab-a")
    public = site.app.test_client().get("/dataset/dd")
    assert public.headers["Cache-Control"] == "public, max-age=60"
    assert "Cookie" in public.headers["Vary"]
    for answer in (
        site.browser("ed").get("/dataset/dd"),
        site.app.test_client().get("/dataset/nobody"),
        site.app.test_client().get("/user/login"),
    ):
        assert "public" not in answer.headers["Cache-Control"]


def test_pages_are_not_kept_unless_that_is_set(found):
    answer = found().app.test_client().get("/")
    assert answer.headers["Cache-Control"] == "private, no-cache"


def test_kinds_of_pictures_can_be_ruled_out(found):
    site = found(ckan__upload__user__mimetypes="image/png")
    token = site.call("api_token_create", "ed", user="ed", name="t")["token"]

    def send(kind):
        return site.app.test_client().post(
            "/api/3/action/user_patch",
            data={"id": "ed", "image_upload": (io.BytesIO(picture(kind)), f"me.{kind}")},
            headers={"Authorization": token},
        )

    assert send("png").status_code == 200
    refused = send("gif")
    assert refused.status_code == 409
    assert refused.json["error"]["image_upload"] == ["Unsupported upload type: image/gif"]


def test_uploads_can_be_switched_off(found):
    site = found(ckan__uploads_enabled="false")
    made = site.call("package_create", "ed", name="none", owner_org="lab-a")
    key = site.call("api_token_create", user="ed", name="t")["token"]
    sent = {"package_id": made["id"], "upload": (io.BytesIO(b"a,b"), "a.csv")}
    headers = {"Authorization": key}
    answer = site.browser().post("/api/3/action/resource_create", data=sent, headers=headers)
    assert answer.status_code == 403
    assert "switched off" in answer.text
    link = {"package_id": made["id"], "url": "https://example.org/a.csv"}
    answer = site.browser().post("/api/3/action/resource_create", json=link, headers=headers)
    assert answer.status_code == 200


def test_ids_of_tokens_are_as_long_as_wanted(found):
    site = found(api_token__nbytes="20")
    assert len(site.call("api_token_create", user="ed", name="t")["id"]) == 40
