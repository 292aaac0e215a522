"""Forms: what people can do on the pages, what comes back after a refusal, who is let in."""

from __future__ import annotations

import csv
import io
import re

import pytest
from pages_site import build_site, form_token


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    built = build_site(tmp_path_factory.mktemp("site"), {"ckan.max_resource_size": "1"})
    clients = {}  # logging in costs most of a test
    open_browser = built.browser
    built.browser = lambda user=None: clients.setdefault(user, open_browser(user))
    yield built
    built.site.close()


@pytest.fixture
def dataset(pages, new_name):
    """A private draft of lab-a."""
    return pages.call(
        "package_create",
        "ed",
        name=new_name("d"),
        title="Beads",
        owner_org="lab-a",
        private=True,
        state="draft",
        tags=[{"name": "one"}, {"name": "two"}],
        extras=[{"key": "k", "value": "v"}],
    )


def fill(html, **values):
    """Return all fields of the page's last form as a browser sends them, with other values."""
    form = re.findall(r"<form method=\"post\".*?</form>", html.split("<main", 1)[1], re.DOTALL)[-1]
    found = {}
    for tag in re.findall(r"<input [^>]*>", form):
        parts = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if parts.get("type") not in ("file", "checkbox") and "name" in parts:
            found.setdefault(parts["name"], parts.get("value", ""))
    texts = re.findall(r'<textarea [^>]*name="(\w+)"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL)
    found |= dict(texts)
    for name, inside in re.findall(r'<select [^>]*name="(\w+)".*?>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', inside)
        first = re.search(r'value="([^"]*)"', inside)
        found[name] = (chosen or first)[1]
    return {**found, **values}


def send(client, path, page=None, /, **values):
    """Open a page, fill its form, send it."""
    opened = client.get(page or path)
    assert opened.status_code == 200, opened.text
    return client.post(path, data=fill(opened.text, **values))


@pytest.mark.parametrize(
    ("path", "action", "button"),
    [
        ("organization", "organization_show", "New circle"),
        ("group", "group_show", "New collection"),
    ],
)
def test_people_found_change_and_delete_circles_and_collections(
    pages, new_name, path, action, button
):
    client = pages.browser("xi")
    assert f'href="/{path}/new">{button}' in client.get(f"/{path}/").text
    title = f"Größe {new_name('x')}"
    made = send(client, f"/{path}/new", title=title)
    assert made.status_code == 303, made.text
    name = made.location.rpartition("/")[2]
    assert name.startswith("groesse-x-")
    assert pages.call(action, "xi", id=name)["title"] == title
    saved = send(client, f"/{path}/edit/{name}", title="T2", description="*new*")
    assert saved.status_code == 303
    assert (found := pages.call(action, "xi", id=name))["title"] == "T2"
    assert found["description"] == "*new*"
    assert f"/{path}/delete/{name}" in client.get(f"/{path}/{name}").text
    assert send(client, f"/{path}/delete/{name}").status_code == 303
    assert pages.call(action, id=name)["state"] == "deleted"


def test_nothing_typed_is_lost_and_errors_lead_to_their_fields(pages):
    """U11, X5."""
    client = pages.browser("ed")
    refused = send(client, "/organization/new", title="Kept title", name="Not Allowed")
    assert refused.status_code == 400
    assert 'value="Kept title"' in refused.text
    assert '<a href="#field-name">' in refused.text
    assert 'aria-invalid="true"' in refused.text
    assert 'role="alert"' in refused.text


@pytest.mark.parametrize("path", ["/organization/edit/lab-a", "/organization/delete/lab-a",
                                  "/organization/member_dump/lab-a"])  # fmt: skip
def test_only_admins_change_a_circle(pages, path):
    for user in ("ed", "mo", "xi"):
        client = pages.browser(user)
        assert client.get(path).status_code == 404
        token = form_token(client.get("/organization/new").text)
        assert client.post(path, data={"_csrf_token": token}).status_code in {404, 405}
    assert pages.browser("ada").get(path).status_code == 200


def test_two_tabs_do_not_overwrite_each_other_in_a_circle(pages):
    """U12."""
    client = pages.browser("ada")
    old = client.get("/organization/edit/lab-b").text
    assert send(client, "/organization/edit/lab-b", title="Theirs").status_code == 303
    second = client.post("/organization/edit/lab-b", data=fill(old, title="Mine"))
    assert second.status_code == 409
    assert "Theirs" in second.text
    assert 'value="Mine"' in second.text
    third = client.post("/organization/edit/lab-b", data=fill(second.text))
    assert third.status_code == 303
    assert pages.call("organization_show", id="lab-b")["title"] == "Mine"


def test_admins_give_and_take_roles(pages, new_name):
    name = new_name("c")
    pages.call("organization_create", "ed", name=name)
    client = pages.browser("ed")
    path = f"/organization/members/{name}"
    add = f"/organization/member_new/{name}"
    page = client.get(path).text
    token = form_token(page)
    given = {"_csrf_token": token, "username": "mo", "role": "editor"}
    assert client.post(add, data=given).status_code == 303
    roles = {one["name"]: one["capacity"] for one in members(pages, name)}
    assert roles == {"ed": "admin", "mo": "editor"}
    wrong = client.post(add, data={**given, "username": "nobody-here"})
    assert wrong.status_code == 400
    assert "There is no user of this name" in wrong.text
    taken = {"_csrf_token": token, "username": pages.users["mo"]}
    assert client.post(f"/organization/member_delete/{name}", data=taken).status_code == 303
    assert [one["name"] for one in members(pages, name)] == ["ed"]
    assert "member_new" not in pages.browser("mo").get("/organization/members/lab-a").text


def members(pages, name):
    return pages.call("organization_show", id=name, include_users=True)["users"]


def test_the_list_of_members_holds_no_formulas(pages, new_name):
    """Z24."""
    name = new_name("c")
    pages.call("organization_create", "ada", name=name)
    evil = pages.call(
        "user_create",
        name=new_name("evil"),
        email=f"{name}@example.org",
        password="correct horse battery",
        fullname='=HYPERLINK("https://evil.example")',
    )
    pages.call("organization_member_create", id=name, username=evil["name"], role="member")
    answer = pages.browser("ada").get(f"/organization/member_dump/{name}")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert rows[0] == ["Username", "Name", "Role"]
    assert [evil["name"], '\'=HYPERLINK("https://evil.example")', "member"] in rows


def test_admins_share_a_dataset_and_stop_sharing_it(pages, dataset):
    """U10: sharing has a page, and the dataset's page leads to it."""
    name = dataset["name"]
    pages.call("package_patch", "ed", id=name, state="active")
    client = pages.browser("ada")
    path = f"/dataset/collaborators/{name}"
    assert path in client.get(f"/dataset/{name}").text
    assert path not in pages.browser("mo").get(f"/dataset/{name}").text
    assert pages.browser("xi").get(f"/dataset/{name}").status_code == 404
    token = form_token(client.get(path).text)
    given = {"_csrf_token": token, "user_id": "xi", "capacity": "editor"}
    assert client.post(f"{path}/new", data=given).status_code == 303
    assert pages.browser("xi").get(f"/dataset/edit/{name}").status_code == 200
    wrong = client.post(f"{path}/new", data={**given, "user_id": "nobody-here"})
    assert wrong.status_code == 400
    assert 'value="nobody-here"' in wrong.text
    gone = client.post(f"{path}/delete/{pages.users['xi']}", data={"_csrf_token": token})
    assert gone.status_code == 303
    assert pages.browser("xi").get(f"/dataset/{name}").status_code == 404
    for user in ("ed", "mo", "xi"):
        assert pages.browser(user).get(path).status_code == 404


def test_datasets_go_into_collections_and_out(pages, dataset):
    name = dataset["name"]
    client = pages.browser("ada")
    path = f"/dataset/groups/{name}"
    token = form_token(client.get(path).text)
    put = client.post(path, data={"_csrf_token": token, "group": "fig-1"})
    assert put.status_code == 303
    assert [one["name"] for one in pages.call("package_show", id=name)["groups"]] == ["fig-1"]
    assert "Figure 1" in client.get(path).text
    out = client.post(path, data={"_csrf_token": token, "remove": "fig-1"})
    assert out.status_code == 303
    assert pages.call("package_show", id=name)["groups"] == []


def test_a_dataset_is_made_filled_and_published_without_script(pages, new_name):
    client = pages.browser("ed")
    made = send(client, "/dataset/new", title=f"Beads {new_name('b')}", tag_string="beads, 20 um")
    assert made.status_code == 303, made.text
    add = made.location
    name = add.split("/")[2]
    draft = pages.call("package_show", id=name)
    assert (draft["state"], draft["private"]) == ("draft", True)
    assert sorted(tag["name"] for tag in draft["tags"]) == ["20 um", "beads"]
    assert "Add a file first" in client.get(f"/dataset/resources/{name}").text
    assert send(client, add).status_code == 400
    file = (io.BytesIO(b"a,b\n1,2\n"), "Table One.csv")
    data = fill(client.get(add).text, upload=file, then="again")
    assert client.post(add, data=data).location == add
    assert send(client, add, url="https://example.org/x.csv", name="link").status_code == 303
    names = [one["name"] for one in pages.call("package_show", id=name)["resources"]]
    assert names == ["Table One.csv", "link"]
    published = send(client, f"/dataset/resources/{name}")
    assert published.location == f"/dataset/{name}"
    assert pages.call("package_show", id=name)["state"] == "active"


def test_a_file_that_is_too_large_is_refused_and_the_rest_stays(pages, dataset):
    """ckan-core 41."""
    client = pages.browser("ed")
    path = f"/dataset/{dataset['name']}/resource/new"
    big = (io.BytesIO(b"x" * (1024 * 1024 + 1)), "big.bin")
    data = fill(client.get(path).text, upload=big, description="kept words")
    refused = client.post(path, data=data)
    assert refused.status_code == 400
    assert "File upload too large" in refused.text
    assert "kept words" in refused.text


def test_a_patch_with_a_file_keeps_all_other_keys_and_a_refused_one_the_old_file(pages, dataset):
    """ckan-core 41."""
    token = pages.call("api_token_create", "ed", user="ed", name="t")["token"]
    client = pages.app.test_client()

    def call(action, data, **more):
        sent = {**more, "upload": (io.BytesIO(data), "some.txt")}
        headers = {"Authorization": token}
        return client.post(f"/api/3/action/{action}", data=sent, headers=headers)

    given = {"package_id": dataset["id"], "name": "N", "description": "d", "extra key": "e"}
    made = call("resource_create", b"old", **given).json["result"]
    patched = call("resource_patch", b"newer", id=made["id"]).json["result"]
    kept = {key: patched[key] for key in ("name", "description", "extra key")}
    assert kept == {"name": "N", "description": "d", "extra key": "e"}
    assert patched["size"] == 5
    refused = call("resource_patch", b"x" * (1024 * 1024 + 1), id=made["id"])
    assert refused.status_code == 409
    assert refused.json["error"]["upload"] == ["File upload too large"]
    path = f"/dataset/{dataset['id']}/resource/{made['id']}/download"
    got = client.get(path, headers={"Authorization": token}, follow_redirects=True)
    assert got.data == b"newer"


def test_files_are_changed_ordered_and_deleted(pages, dataset):
    name = dataset["name"]
    urls = [{"name": one, "url": f"https://e.org/{one}", "extra key": 1} for one in ("a", "b")]
    pages.call("package_patch", "ed", id=name, resources=urls)
    first, second = pages.call("package_show", id=name)["resources"]
    client = pages.browser("ed")
    base = f"/dataset/{name}/resource/{first['id']}"
    assert send(client, f"{base}/edit", description="new words").status_code == 303
    shown = pages.call("resource_show", id=first["id"])
    assert (shown["description"], shown["extra key"], shown["name"]) == ("new words", 1, "a")
    files = f"/dataset/resources/{name}"
    token = form_token(client.get(files).text)
    client.post(files, data={"_csrf_token": token, "up": second["id"]})
    order = [one["id"] for one in pages.call("package_show", id=name)["resources"]]
    assert order == [second["id"], first["id"]]
    assert send(client, f"{base}/delete").status_code == 303
    assert len(pages.call("package_show", id=name)["resources"]) == 1


def test_the_form_of_a_dataset_changes_what_it_shows_and_keeps_the_rest(pages, dataset):
    name = dataset["name"]
    client = pages.browser("ed")
    page = client.get(f"/dataset/edit/{name}").text
    assert re.search(r'name="tag_string"[^>]*value="one, two"', page)
    kept = {"extra_key": ["k", "k2", ""], "extra_value": ["v", "line\r\nend", "lost"]}
    data = fill(page, title="New", tag_string="two, three", **kept)
    assert client.post(f"/dataset/edit/{name}", data=data).status_code == 303
    shown = pages.call("package_show", id=name)
    assert (shown["title"], shown["private"], shown["state"]) == ("New", True, "draft")
    assert sorted(tag["name"] for tag in shown["tags"]) == ["three", "two"]
    extras = [(one["key"], one["value"]) for one in shown["extras"]]
    assert extras == [("k", "v"), ("k2", "line\nend")]


def test_two_tabs_on_a_dataset_see_a_conflict_with_both_versions(pages, dataset):
    """U12."""
    path = f"/dataset/edit/{dataset['name']}"
    client = pages.browser("ed")
    old = client.get(path).text
    assert send(pages.browser("ada"), path, title="Theirs").status_code == 303
    second = client.post(path, data=fill(old, title="Mine"))
    assert second.status_code == 409
    assert 'value="Mine"' in second.text
    assert "Theirs" in second.text
    assert pages.call("package_show", id=dataset["name"])["title"] == "Theirs"
    assert client.post(path, data=fill(second.text)).status_code == 303
    assert pages.call("package_show", id=dataset["name"])["title"] == "Mine"


def test_a_dataset_is_deleted_after_a_question(pages, dataset):
    path = f"/dataset/delete/{dataset['name']}"
    client = pages.browser("ed")
    assert pages.browser("mo").get(path).status_code == 404
    assert "Delete Beads?" in client.get(path).text
    assert pages.call("package_show", id=dataset["id"])["state"] == "draft"
    assert send(client, path).status_code == 303
    assert pages.call("package_show", id=dataset["id"])["state"] == "deleted"


def test_who_may_not_make_datasets_is_told_what_is_missing(pages):
    answer = pages.browser("xi").get("/dataset/new")
    assert answer.status_code == 403
    assert "editor of a circle" in answer.text


@pytest.mark.parametrize("path", ["/dataset/edit/{}", "/dataset/resources/{}",
                                  "/dataset/{}/resource/new", "/dataset/delete/{}"])  # fmt: skip
def test_forms_of_others_datasets_are_not_found(pages, dataset, path):
    address = path.format(dataset["name"])
    for user in ("mo", "xi"):
        client = pages.browser(user)
        token = form_token(client.get("/organization/new").text)
        assert client.get(address).status_code == 404
        assert client.post(address, data={"_csrf_token": token}).status_code == 404
    sent = pages.browser().get(address, headers={"Accept": "text/html"})
    assert "/user/login" in sent.location
    assert pages.call("package_show", id=dataset["id"])["title"] == "Beads"


def test_admins_change_many_datasets_at_once(pages, new_name):
    circle = new_name("c")
    pages.call("organization_create", "ed", name=circle)
    names = [new_name("m") for _ in range(3)]
    ids = [pages.call("package_create", "ed", name=n, owner_org=circle)["id"] for n in names]
    client = pages.browser("ed")
    path = f"/organization/bulk_process/{circle}"
    assert f'href="{path}"' in client.get(f"/organization/{circle}").text
    given = {"_csrf_token": form_token(client.get(path).text), "deed": "private"}
    assert "Mark the datasets first" in client.post(path, data=given).text
    assert client.post(path, data={**given, "dataset": ids[:2]}).status_code == 303
    assert [pages.call("package_show", id=one)["private"] for one in ids] == [True, True, False]
    gone = client.post(path, data={**given, "deed": "delete", "dataset": ids[2]})
    assert gone.status_code == 303
    assert pages.call("package_show", id=ids[2])["state"] == "deleted"
    assert pages.browser("mo").get(path).status_code == 404


def test_editors_choose_the_views_of_a_file(pages, dataset):
    name = dataset["name"]
    client = pages.browser("ed")
    add = f"/dataset/{name}/resource/new"
    file = (io.BytesIO(b"words"), "notes.txt")
    client.post(add, data=fill(client.get(add).text, upload=file))
    rid = pages.call("package_show", id=name)["resources"][0]["id"]
    page = f"/dataset/{name}/resource/{rid}"
    assert f'href="{page}/views"' in client.get(page).text
    assert send(client, f"{page}/new_view", title="Second *").status_code == 303
    first, second = pages.call("resource_view_list", id=rid)
    token = form_token(client.get(f"{page}/views").text)
    moved = client.post(f"{page}/views", data={"_csrf_token": token, "up": second["id"]})
    assert moved.status_code == 303
    assert pages.call("resource_view_list", id=rid)[0]["id"] == second["id"]
    assert send(client, f"{page}/edit_view/{second['id']}", title="Third").status_code == 303
    assert pages.call("resource_view_show", id=second["id"])["title"] == "Third"
    client.post(f"{page}/views", data={"_csrf_token": token, "remove": second["id"]})
    left = [one["id"] for one in pages.call("resource_view_list", id=rid)]
    assert first["id"] in left
    assert second["id"] not in left
    assert pages.browser("mo").get(f"{page}/views").status_code == 404


SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}


def test_a_form_that_came_too_late_comes_back_filled(pages, dataset):
    """U11: the token has expired."""
    path = f"/dataset/edit/{dataset['name']}"
    client = pages.browser("ed")
    data = fill(client.get(path).text, title="Typed", notes="two\nlines", _csrf_token="expired")
    late = client.post(path, data=data, headers=SAME_ORIGIN)
    assert late.status_code == 400
    assert "two\nlines" in late.text
    assert pages.call("package_show", id=dataset["id"])["title"] == "Beads"
    assert client.post(path, data=fill(late.text), headers=SAME_ORIGIN).status_code == 303
    shown = pages.call("package_show", id=dataset["id"])
    assert (shown["title"], shown["notes"]) == ("Typed", "two\nlines")


def test_a_form_sent_after_the_login_has_ended_comes_back_filled(pages, dataset):
    """U11: the session has expired; files are forgotten, texts are not."""
    path = f"/dataset/{dataset['name']}/resource/new"
    data = fill(pages.browser("ed").get(path).text, description="typed words")
    data["upload"] = (io.BytesIO(b"bytes"), "a.txt")
    late = pages.app.test_client().post(path, data=data, headers=SAME_ORIGIN)
    assert late.status_code == 400
    assert "typed words" in late.text
    assert "Your login has ended" in late.text
    assert "Files have to be chosen again" in late.text


def test_what_another_site_sends_is_not_offered_to_be_sent_again(pages, dataset):
    """Z8."""
    path = f"/dataset/edit/{dataset['name']}"
    headers = {**SAME_ORIGIN, "Sec-Fetch-Site": "cross-site"}
    forged = pages.browser("ed").post(path, data={"title": "Forged"}, headers=headers)
    assert forged.status_code == 400
    assert "Forged" not in forged.text


def test_a_visibility_that_is_none_opens_nothing(pages):
    """A guess could make a private draft public, and that for good."""
    made = pages.call(
        "package_create", "ed", name="maybe", owner_org="lab-a", private=True, state="draft"
    )
    key = pages.call("api_token_create", user="ed", name="t")["token"]
    answer = pages.browser().post(
        "/api/3/action/package_patch",
        json={"id": made["id"], "private": "maybe"},
        headers={"Authorization": key},
    )
    assert answer.status_code == 409
    assert answer.json["error"]["private"] == ["Must be true or false"]
    assert pages.call("package_show", id=made["id"])["private"] is True
