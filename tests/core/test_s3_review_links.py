"""S3: reviewers read a dataset before it is public, without an account."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import requests
from pages_site import build_site, form_token

from cytotheca.core.models import review_link
from cytotheca.core.models.publication import DatasetLock

AUTHOR = "Zwicky Unnameable"
CIRCLE = "Circle of Whispers"
SECRETS = (AUTHOR, "Unnameable", CIRCLE, "whispers", "mo@example.org", "Figure 1", "Grant 4711")


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    built = build_site(
        tmp_path_factory.mktemp("s3"), {"ckan.plugins": "activity", "cytotheca.pages.cache": "yes"}
    )
    built.call("organization_create", "ada", name="whispers", title=CIRCLE)
    built.call("organization_member_create", id="whispers", username="mo", role="editor")
    yield built
    built.site.close()


@pytest.fixture
def dataset(pages, new_name):
    """A private dataset that is full of names."""
    made = pages.call(
        "package_create",
        "mo",
        name=new_name("unnameable"),
        title="Cells in flow",
        notes="Stiff ones.",
        owner_org="whispers",
        private=True,
        author=AUTHOR,
        author_email="mo@example.org",
        maintainer=AUTHOR,
        url="https://example.org/Unnameable",
        tags=[{"name": "stiffness"}],
        extras=[{"key": "funder", "value": "Grant 4711"}],
        resources=[{"name": "a.csv", "url": "https://example.org/a.csv", "description": "All."}],
    )
    member = {"id": "fig-1", "object": made["id"], "object_type": "package"}
    pages.call("member_create", "ada", **member, capacity="public")
    return made


@pytest.fixture
def follow(pages):
    """Open a link in a browser that knows nobody; return the browser."""

    def open_link(link):
        browser = pages.browser()
        answer = browser.get(f"/review/{link['key']}")
        assert answer.status_code == 303
        assert link["key"] not in answer.headers["Location"]
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        return browser

    return open_link


def link_to(pages, dataset, **more):
    return pages.call("review_link_create", "mo", id=dataset["id"], **more)


def test_a_link_opens_one_dataset_for_reading(pages, dataset, follow):
    browser = follow(link_to(pages, dataset))
    page = browser.get(f"/dataset/{dataset['name']}")
    assert page.status_code == 200
    assert AUTHOR in page.text
    assert "treat it as confidential" in page.text
    assert page.headers["Cache-Control"] == "private, no-store"
    assert browser.get(f"/dataset/edit/{dataset['name']}").status_code in {302, 403, 404}
    patched = browser.post("/api/3/action/package_patch", json={"id": dataset["id"], "notes": "x"})
    assert patched.status_code in {400, 403}
    assert pages.call("package_show", id=dataset["id"])["notes"] == "Stiff ones."


def test_a_link_opens_no_other_dataset(pages, dataset, follow):
    hidden = pages.call("package_create", "ed", owner_org="lab-a", private=True, name="s3-other")
    browser = follow(link_to(pages, dataset))
    assert browser.get(f"/dataset/{hidden['name']}").status_code == 404
    assert browser.get("/api/3/action/package_show?id=s3-other").status_code == 403


def test_programs_send_the_key_as_a_token(pages, dataset):
    key = link_to(pages, dataset)["key"]
    asked = f"/api/3/action/package_show?id={dataset['id']}"
    shown = pages.browser().get(asked, headers={"Authorization": key})
    assert shown.json["result"]["author"] == AUTHOR
    page = pages.browser().get(f"/dataset/{dataset['name']}", headers={"Authorization": key})
    assert page.headers["Cache-Control"] == "private, no-store"
    wrong = pages.browser().get(asked, headers={"Authorization": f"{key}x"})
    assert wrong.status_code == 403


@pytest.mark.parametrize("end", ["revoked", "expired", "deleted"])
def test_an_ended_link_opens_nothing(pages, dataset, follow, end, monkeypatch):
    """Neither anew, nor in a browser that followed it before."""
    link = link_to(pages, dataset, days=1)
    browser = follow(link)
    if end == "revoked":
        pages.call("review_link_revoke", "mo", id=link["id"])
    elif end == "deleted":
        pages.call("package_delete", "ada", id=dataset["id"])
    else:
        later = review_link.utc_now() + timedelta(days=1, minutes=1)
        monkeypatch.setattr(review_link, "utc_now", lambda: later)
    assert browser.get(f"/dataset/{dataset['name']}").status_code == 404
    again = pages.browser().get(f"/review/{link['key']}")
    assert again.status_code == 404
    assert "has ended" in again.text


PATHS = """
/dataset/{id} /dataset/{name} /{id} /dataset/{id}/resource/{rid} /dataset/{id}/download
/dataset/{id}/download/curl.txt /dataset/{id}.ttl /dataset/{id}.jsonld /dataset/{id}.xml
/dataset/{id}/cite/bibtex /dataset/{id}/cite/datacite-json /dataset/{id}/linkset
/dataset/{id}/ro-crate-metadata.json
/dataset/versions/{id} /dataset/activity/{id} /dataset/followers/{id}
/dataset/{id}?version=:latest
/api/3/action/package_show?id={id} /api/3/action/package_show?id={name}
/api/3/action/package_show?id={id}&version=:latest /api/3/action/resource_show?id={rid}
/api/3/action/package_resource_list?id={id} /api/3/action/resource_view_list?id={rid}
/api/3/action/dataset_manifest?id={id} /api/3/action/dataset_version_list?id={id}
/api/3/action/dataset_version_show?id={id} /api/3/action/package_activity_list?id={id}
/api/3/action/dataset_citation?id={id}&format=ris /api/3/action/resource_jobs?id={rid}
/api/3/action/package_collaborator_list?id={id} /api/3/action/dataset_access_list?id={id}
/api/3/action/review_link_list?id={id} /api/3/action/dataset_followee_count?id={id}
/api/3/action/dataset_tombstone_show?id={id}
""".split()  # noqa: SIM905 - a line each is too long to be read


def test_an_anonymous_link_tells_nobody_who_made_the_dataset(pages, dataset, follow):
    """By no page, description, export or header, and by no page that it links to."""
    browser = follow(link_to(pages, dataset, anonymous=True))
    rid = dataset["resources"][0]["id"]
    seen = [path.format(id=dataset["id"], name=dataset["name"], rid=rid) for path in PATHS]
    page = browser.get(f"/dataset/{dataset['id']}")
    assert page.status_code == 200
    assert "Cells in flow" in page.text
    assert "Stiff ones." in page.text
    linked = re.findall(rf'href="(/dataset/{dataset["id"]}[^"#]*)"', page.text)
    assert linked
    assert {browser.get(path).status_code for path in linked} <= {200, 302}
    for path in {*seen, *linked}:
        answer = browser.get(path)
        told = f"{answer.text} {answer.headers}".lower()
        assert [secret for secret in SECRETS if secret.lower() in told] == [], path
        assert dataset["owner_org"] not in told, path


def test_programs_find_all_keys_of_an_anonymous_dataset(pages, dataset):
    key = link_to(pages, dataset, anonymous=True)["key"]
    asked = f"/api/3/action/package_show?id={dataset['id']}"
    shown = pages.browser().get(asked, headers={"Authorization": key}).json["result"]
    assert set(dataset) <= set(shown)
    assert shown["anonymized"] is True
    assert shown["author"] is None
    assert shown["organization"] is None
    assert (shown["extras"], shown["groups"]) == ([], [])
    assert [tag["name"] for tag in shown["tags"]] == ["stiffness"]
    assert shown["resources"][0]["description"] == "All."


def test_an_anonymous_link_to_an_untitled_dataset_does_not_tell_its_name(pages, new_name):
    made = pages.call(
        "package_create", "mo", name=new_name("whispers"), owner_org="whispers", private=True
    )
    key = link_to(pages, made, anonymous=True)["key"]
    asked = f"/api/3/action/package_show?id={made['id']}"
    shown = pages.browser().get(asked, headers={"Authorization": key})
    assert "whispers" not in shown.text


def test_who_may_see_a_dataset_sees_it_whole_in_spite_of_an_anonymous_link(pages, dataset):
    browser = pages.browser("mo")
    browser.get(f"/review/{link_to(pages, dataset, anonymous=True)['key']}")
    assert AUTHOR in browser.get(f"/dataset/{dataset['name']}").text


def test_an_anonymous_link_ends_when_the_dataset_becomes_public(pages, dataset, follow):
    veiled, plain = link_to(pages, dataset, anonymous=True), link_to(pages, dataset)
    pages.call("package_patch", "ada", id=dataset["id"], private=False)
    assert pages.browser().get(f"/review/{veiled['key']}").status_code == 404
    assert AUTHOR in follow(plain).get(f"/dataset/{dataset['name']}").text


def test_only_those_who_may_edit_make_and_see_links(pages, dataset):
    link = link_to(pages, dataset)
    for user in ("xi", "ed"):
        browser = pages.browser(user)
        listed = browser.get(f"/api/3/action/review_link_list?id={dataset['id']}")
        assert listed.status_code == 403
        assert browser.get(f"/dataset/access/{dataset['name']}").status_code == 404
    assert "key" not in pages.call("review_link_list", "mo", id=dataset["id"])[0]
    assert link["key"] not in str(pages.call("audit_list", "ada"))


def test_a_link_is_revoked_while_something_holds_the_dataset(pages, dataset):
    link = link_to(pages, dataset)
    with pages.site.database.writing() as session:
        session.add(DatasetLock(package_id=dataset["id"], reason="Ingest"))
        session.commit()
    pages.call("review_link_revoke", "mo", id=link["id"])
    assert pages.browser().get(f"/review/{link['key']}").status_code == 404


def test_bad_wishes_are_told_at_their_field(pages, dataset):
    browser = pages.browser("mo")
    action = "/api/3/action/review_link_create"
    key = {"Authorization": pages.call("api_token_create", "mo", user="mo", name="t")["token"]}
    for wish, field in (
        ({"anonymous": "zz"}, "anonymous"),
        ({"days": 0}, "days"),
        ({"days": "x"}, "days"),
        ({"note": "x" * 201}, "note"),
    ):
        answer = browser.post(action, json={"id": dataset["id"], **wish}, headers=key)
        assert answer.status_code == 409
        assert field in answer.json["error"]
    pages.call("package_patch", "ada", id=dataset["id"], private=False)
    assert browser.post(action, json={"id": dataset["id"]}, headers=key).status_code == 409


def test_links_are_made_and_ended_on_the_page(pages, dataset):
    browser = pages.browser("mo")
    address = f"/dataset/access/{dataset['name']}"
    page = browser.get(address).text
    assert "member of the circle" in page
    form = {"_csrf_token": form_token(page), "note": "Reviewer <2>", "days": "30", "anonymous": ""}
    made = browser.post(address, data=form)
    assert made.status_code == 200
    url = re.search(r'id="link"[^>]*>([^<]*)<', made.text).group(1)
    assert pages.browser().get(url.removeprefix("http://localhost")).status_code == 303
    assert "Reviewer &lt;2&gt;" in made.text
    assert "review-" not in browser.get(address).text
    revoke = re.search(r'action="([^"]*/revoke/[^"]*)"', made.text).group(1)
    assert browser.post(revoke, data={"_csrf_token": form_token(made.text)}).status_code == 303
    assert pages.browser().get(url.removeprefix("http://localhost")).status_code == 404


def test_the_page_tells_who_sees_a_dataset_and_why(pages, new_name):
    """S7."""
    made = pages.call("package_create", "ed", name=new_name("who"), owner_org="lab-a", private=True)
    listed = pages.call("dataset_access_list", "ed", id=made["id"])
    reasons = {(one["name"], one["reason"], one["role"]) for one in listed}
    assert {("ada", "administrator", "admin"), ("mo", "circle", "member")} <= reasons
    assert ("ed", "circle", "editor") in reasons
    assert "xi" not in {one["name"] for one in listed}


def test_members_are_not_told_to_see_drafts_of_others(pages, new_name):
    made = pages.call(
        "package_create", "ed", name=new_name("who"), owner_org="lab-a", state="draft"
    )
    names = {one["name"] for one in pages.call("dataset_access_list", "ed", id=made["id"])}
    assert "mo" not in names
    assert "ed" in names


def test_no_log_has_the_key_of_a_link(site, ed_of, beads_dataset):
    link = ed_of.post("review_link_create", id=beads_dataset["id"], anonymous=True).result
    answer = requests.get(link["url"], allow_redirects=False, timeout=30)
    assert answer.status_code == 303
    logs = [path.read_text(errors="replace") for path in (site.folder / "logs").iterdir()]
    logged = "".join(logs)
    assert '"path": "/review/' in logged
    assert link["key"] not in logged


def test_reviewers_get_the_files_and_pictures_without_learning_the_circle(
    site, ed_of, deposit, browser
):
    """P15; the address of an object names the circle's part of the store."""
    link = ed_of.post("review_link_create", id=deposit.dataset["id"], anonymous=True).result
    assert browser.get(link["url"], timeout=30).url.endswith(f"/dataset/{deposit.dataset['id']}")
    stored = deposit.path.read_bytes()
    whole = browser.get(f"{site.url}{deposit.page}/download/x", timeout=60)
    assert whole.content == stored
    assert (whole.history, "attachment" in whole.headers["Content-Disposition"]) == ([], True)
    part = browser.get(
        f"{site.url}{deposit.page}/download/x", headers={"Range": "bytes=3-8"}, timeout=60
    )
    assert (part.status_code, part.content) == (206, stored[3:9])
    beyond = {"Range": f"bytes={len(stored)}-"}
    refused = browser.get(f"{site.url}{deposit.page}/download/x", headers=beyond, timeout=60)
    assert refused.status_code == 416
    picture = browser.get(f"{site.url}{deposit.page}/preview.jpg?inline", timeout=60)
    assert picture.content.startswith(b"\xff\xd8")
    assert picture.history == []
    page = browser.get(f"{site.url}{deposit.page}", timeout=60)
    assert deposit.dataset["owner_org"] not in page.text


@pytest.fixture
def browser():
    with requests.Session() as session:
        yield session


@pytest.fixture(scope="module")
def ed_of(site):
    return site.people["ed"]


@pytest.fixture(scope="module")
def deposit(desk, ed_of, beads):
    return desk.measure(ed_of, beads, title="Beads for reviewers")


@pytest.fixture(scope="module")
def beads_dataset(deposit):
    return deposit.dataset
