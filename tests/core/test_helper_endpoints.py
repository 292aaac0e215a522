"""Completion for forms, JSONP, cross-origin access, and addresses with a language."""

from __future__ import annotations

import pytest
from pages_site import build_site, form_token


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    origins = {"ckan.cors.origin_whitelist": "https://a.example https://b.example"}
    built = build_site(tmp_path_factory.mktemp("site"), origins)
    common = {"owner_org": "lab-a", "tags": [{"name": "beads"}]}
    files = [{"name": f"{n}.csv", "url": "https://e.org/x", "format": "CSV"} for n in range(2)]
    files.append({"name": "a", "url": "https://e.org/y", "format": "CSX"})
    built.call("package_create", "ed", name="beads-1", title="Beads", resources=files, **common)
    hidden = [{"name": "s", "url": "https://e.org/s", "format": "CSECRET"}]
    built.call(
        "package_create", "ed", name="beads-2", title="Secret", private=True, resources=hidden,
        owner_org="lab-a",
    )  # fmt: skip
    yield built
    built.site.close()


@pytest.mark.parametrize("base", ["/api/util", "/api/1/util", "/api/2/util"])
@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("tag/autocomplete?incomplete=bea", {"ResultSet": {"Result": [{"Name": "beads"}]}}),
        (
            "resource/format_autocomplete?incomplete=cs",
            {"ResultSet": {"Result": [{"Format": "csv"}, {"Format": "csx"}]}},
        ),
        (
            "resource/format_autocomplete?incomplete=cs&limit=1",
            {"ResultSet": {"Result": [{"Format": "csv"}]}},
        ),
        ("tag/autocomplete", {"ResultSet": {"Result": []}}),
    ],
)
def test_forms_complete_what_is_typed(pages, base, path, expected):
    """ckan-core §1.8."""
    assert pages.browser().get(f"{base}/{path}").json == expected


def test_datasets_groups_and_people_are_completed(pages):
    public = pages.browser()
    found = public.get("/api/util/dataset/autocomplete?incomplete=bea").json["ResultSet"]["Result"]
    assert [(one["name"], one["title"]) for one in found] == [("beads-1", "Beads")]
    assert set(found[0]) >= {"match_field", "match_displayed"}
    circles = public.get("/api/2/util/organization/autocomplete?q=lab-a").json
    assert [(set(one), one["name"]) for one in circles] == [({"id", "name", "title"}, "lab-a")]
    assert public.get("/api/util/group/autocomplete?q=fig").json[0]["title"] == "Figure 1"
    people = pages.browser("ed").get("/api/util/user/autocomplete?q=ed&ignore_self=true").json
    assert [one["name"] for one in people] == []
    people = pages.browser("mo").get("/api/util/user/autocomplete?q=ed").json
    assert people == [{"id": pages.users["ed"], "name": "ed", "fullname": "Ed Itor"}]


def test_wrong_limits_are_refused_as_json(pages):
    answer = pages.browser().get("/api/util/tag/autocomplete?incomplete=b&limit=x")
    assert (answer.status_code, answer.json["success"]) == (409, False)


def test_translations_are_there_for_known_languages(pages):
    assert pages.browser().get("/api/i18n/de").json[""]["lang"] == "de"
    assert pages.browser().get("/api/i18n/xx").status_code == 400


def test_jsonp_answers_as_a_call_and_as_to_anybody(pages):
    """ckan-core §1.7: even with a login, so that other sites learn nothing."""
    path = "/api/3/action/package_autocomplete?q=beads&callback=my.fn"
    answer = pages.browser("ed").get(path)
    assert answer.content_type == "application/javascript;charset=utf-8"
    assert answer.text.startswith('my.fn({"help"')
    assert answer.text.endswith("});")
    assert "beads-1" in answer.text
    assert "beads-2" not in answer.text
    refused = pages.browser("ed").get("/api/3/action/package_show?id=beads-2&callback=fn")
    assert (refused.status_code, refused.json["success"]) == (403, False)


@pytest.mark.parametrize("name", ["alert(1)//", "<script>", "a b", "1x", "a;b"])
def test_a_callback_is_a_name(pages, name):
    answer = pages.browser().get("/api/3/action/status_show", query_string={"callback": name})
    assert answer.status_code == 400
    assert answer.content_type.startswith("application/json")


def test_posts_are_never_wrapped(pages):
    answer = pages.browser().post("/api/3/action/status_show?callback=fn", json={})
    assert answer.json["success"] is True


def test_allowed_origins_are_answered_others_are_not(pages):
    """ckan-core 40."""
    client = pages.browser()
    path = "/api/3/action/status_show"
    allowed = client.get(path, headers={"Origin": "https://a.example"})
    assert allowed.headers["Access-Control-Allow-Origin"] == "https://a.example"
    assert "Origin" in allowed.headers["Vary"]
    assert "Authorization" in allowed.headers["Access-Control-Allow-Headers"]
    preflight = client.options(path, headers={"Origin": "https://b.example"})
    assert preflight.headers["Access-Control-Allow-Origin"] == "https://b.example"
    for headers in ({"Origin": "https://evil.example"}, {}):
        answer = client.get(path, headers=headers)
        assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/de/api/3/action/status_show", 200),
        ("/pt_BR/dataset/beads-1", 200),
        ("/de", 200),
        ("/de/", 200),
        ("/zz/dataset/beads-1", 404),
        ("/de/de/dataset/beads-1", 404),
    ],
)
def test_a_language_before_the_address_is_taken_off(pages, address, status):
    """ckan-core §1.1."""
    assert pages.browser().get(address).status_code == status


def test_a_language_leads_to_no_other_site(pages):
    answer = pages.browser().get("/de//evil.example/")
    assert "evil" not in answer.headers.get("Location", "")


def test_a_session_writes_with_the_token_of_its_page_only(pages):
    """ckan-core 39: an anonymous call before it changes nothing about that."""
    client = pages.browser("ed")
    pages.browser().post("/api/3/action/status_show", json={})
    body = {"id": "beads-1", "notes": "new"}
    assert client.post("/api/3/action/package_patch", json=body).status_code == 400
    assert pages.call("package_show", id="beads-1")["notes"] != "new"
    token = form_token(client.get("/dataset/beads-1").text)
    headers = {"X-CSRFToken": token}
    assert client.post("/api/3/action/package_patch", json=body, headers=headers).status_code == 200
    assert pages.call("package_show", id="beads-1")["notes"] == "new"
