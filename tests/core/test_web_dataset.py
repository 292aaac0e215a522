"""Pages of datasets and resources: who sees them, where they live, what they never do."""

from __future__ import annotations

import json
import re
import uuid

import pytest
from pages_site import build_site

EVIL = '<script>alert(1)</script><img src=x onerror="alert(1)">'
RID = "0f3c1a52-7c1e-4c6e-9a55-3f6f1d2b9e01"


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    built = build_site(tmp_path_factory.mktemp("site"))
    common = {"owner_org": "lab-a", "license_id": "cc-by"}
    built.call(
        "package_create",
        "ed",
        name="open",
        title=f"Beads {EVIL}",
        notes=f"# A\n{EVIL}\n[bad](javascript:alert(1)) ![pixel](https://spy.example/p.png)",
        author="Ada, Otto",
        tags=[{"name": "beads"}],
        extras=[{"key": EVIL, "value": EVIL}],
        resources=[
            {
                "id": RID,
                "name": f"{EVIL}.rtdc",
                "url": "https://example.org/a.rtdc",
                "dc:experiment:sample": "<b>bold</b>",
                "sha256": "ab" * 32,
                "size": 899298,
                "description": EVIL,
            }
        ],
        **common,
    )
    built.call(
        "package_create",
        "ed",
        name="shut",
        title="Private",
        private=True,
        resources=[{"id": str(uuid.uuid4()), "name": "x.rtdc", "url": "https://e.org/x"}],
        **common,
    )
    built.call("package_create", "ed", name="draft", title="A draft", state="draft", **common)
    many = [
        {"name": f"m{n:03}.rtdc", "url": "https://example.org/m", "size": n} for n in range(120)
    ]
    built.call("package_create", "ed", name="many", title="Many", resources=many, **common)
    return built


def show(pages, name):
    return pages.call("package_show", id=name)


def test_the_page_of_an_id_is_the_page_of_the_name(pages):
    answer = pages.browser().get(f"/dataset/{show(pages, 'open')['id']}")
    assert (answer.status_code, answer.location) == (302, "/dataset/open")


def test_the_short_address_leads_to_the_page(pages):
    answer = pages.browser().get(f"/{show(pages, 'open')['id']}")
    assert (answer.status_code, answer.location) == (302, "/dataset/open")


@pytest.mark.parametrize(
    ("name", "user", "status"),
    [
        ("open", None, 200),
        ("shut", None, 404),
        ("shut", "xi", 404),
        ("shut", "mo", 200),
        ("draft", None, 404),
        ("draft", "xi", 404),
        ("draft", "ed", 200),
        ("nowhere", "ada", 404),
    ],
)
def test_private_things_do_not_exist_for_strangers(pages, name, user, status):
    client = pages.browser(user)
    assert client.get(f"/dataset/{name}").status_code == status
    if status == 404 and name != "nowhere":
        assert client.get(f"/{show(pages, name)['id']}").status_code == 404
        for resource in show(pages, name)["resources"]:
            assert client.get(f"/dataset/{name}/resource/{resource['id']}").status_code == 404


@pytest.mark.parametrize("path", ["/dataset/open", f"/dataset/open/resource/{RID}", "/dataset/"])
def test_nothing_that_people_wrote_becomes_markup(pages, path):
    html = pages.browser().get(path).text
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert 'href="javascript:' not in html
    assert 'src="https://spy.example' not in html
    assert "<b>bold</b>" not in html


def test_the_resource_page_shows_digest_size_and_the_full_name(pages):
    html = pages.browser().get(f"/dataset/open/resource/{RID}").text
    assert "ab" * 32 in html
    assert "899\u202f298 bytes" in html
    assert "&lt;/script&gt;" in html


def test_a_resource_is_only_found_in_its_own_dataset(pages):
    assert pages.browser().get(f"/dataset/many/resource/{RID}").status_code == 404


def test_many_resources_are_paged_filtered_and_sorted(pages):
    client = pages.browser()
    first = client.get("/dataset/many").text
    assert first.count('class="resource-item"') == 50
    assert client.get("/dataset/many?page=3").text.count('class="resource-item"') == 20
    found = client.get("/dataset/many?file=m11&order=size").text
    assert found.index("m119.rtdc") < found.index("m110.rtdc")
    assert found.count('class="resource-item"') == 10


def test_the_citation_has_authors_year_title_and_the_short_address(pages):
    html = pages.browser().get("/dataset/open").text
    dataset = show(pages, "open")
    assert f"Ada, Otto ({dataset['metadata_created'][:4]})" in html
    assert f"http://localhost/{dataset['id']}" in html


def test_the_page_of_the_makers_is_offered_after_the_login(pages):
    answer = pages.browser().get("/dataset/new", headers={"Accept": "text/html"})
    assert answer.location == "/user/login?next=%2Fdataset%2Fnew"


def test_mine_lists_drafts_private_and_public(pages):
    """B14."""
    html = pages.browser("ed").get("/dashboard/datasets").text
    assert all(f"/dataset/{name}" in html for name in ("open", "shut", "draft"))
    through_circle = pages.browser("mo").get("/dashboard/datasets").text
    assert "Of my circles" in through_circle
    assert "/dataset/shut" in through_circle
    assert "Shared with me" not in through_circle


def test_what_was_shared_by_name_is_told_apart(pages):
    """B14: and nobody is told of datasets that are not theirs to see."""
    sharing = {"id": "shut", "user_id": "xi", "capacity": "member"}
    pages.call("package_collaborator_create", "ada", **sharing)
    try:
        shared = pages.browser("xi").get("/dashboard/datasets").text
    finally:
        pages.call("package_collaborator_delete", "ada", id="shut", user_id="xi")
    assert "Shared with me" in shared
    assert "Of my circles" not in shared
    assert "/dataset/shut" in shared
    assert "/dataset/draft" not in shared


def test_search_engines_read_a_public_dataset_and_the_title_cannot_leave_its_block(pages):
    html = pages.browser().get("/dataset/open").text
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)[1]
    described = json.loads(block)
    assert described["name"] == f"Beads {EVIL}"
    assert [one["name"] for one in described["creator"]] == ["Ada", "Otto"]
    assert described["distribution"][0]["sha256"] == "ab" * 32
    assert "ld+json" not in pages.browser("mo").get("/dataset/shut").text
