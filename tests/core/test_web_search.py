"""The search page: any text is legal, the address is the state, counts are promises."""

from __future__ import annotations

import re
from html import unescape

import pytest
from pages_site import build_site

AWKWARD = [
    ":", "/", "[", "]", "{", "}", '"', "(", ")", "!", "~", "^", "\\", "&&", "||", "*", "?", "'",
    "RE:SOLVE", "AB:cd:12", "{!child of=x}y", '_query_:"a"', "NOT", "AND OR", "title:[",
    "x" * 10_000,
]  # fmt: skip


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    built = build_site(tmp_path_factory.mktemp("site"))
    for number in range(25):
        built.call(
            "package_create",
            "ed",
            name=f"set-{number:02}",
            title=f"Cells number {number}",
            owner_org="lab-a",
            tags=[{"name": "beads" if number % 2 else "blood"}],
            license_id="cc-by",
        )
    built.call(
        "package_create",
        "ed",
        name="hidden",
        title="Hidden cells",
        owner_org="lab-a",
        private=True,
        tags=[{"name": "beads"}, {"name": "secret"}],
    )
    return built


def names_on(html: str) -> list[str]:
    return re.findall(r'<h2><a href="/dataset/([^"]+)"', html)


def facet_links(html: str) -> list[tuple[str, int]]:
    found = re.findall(
        r'class="facet-value[^"]*" href="([^"]+)".*?class="count">(\d+)', html, re.DOTALL
    )
    return [(unescape(url), int(count)) for url, count in found]


@pytest.mark.parametrize("text", AWKWARD)
def test_any_text_is_a_legal_search(pages, text):
    """B1."""
    assert pages.browser().get("/dataset/", query_string={"q": text}).status_code == 200


def test_a_text_that_is_no_query_is_searched_as_plain_words_and_the_page_says_so(pages):
    """B1."""
    html = pages.browser().get("/dataset/", query_string={"q": "cells number:("}).text
    assert "plain words" in html
    assert names_on(html)


def test_parameters_that_begin_with_an_underscore_filter_nothing(pages):
    html = pages.browser().get("/dataset/?tags=beads&_tags_limit=0&_other=1").text
    assert "12 datasets" in html


def test_the_address_of_a_search_is_its_whole_state(pages):
    """B2."""
    address = "/dataset/?tags=beads&organization=lab-a&license_id=cc-by&sort=name%20asc"
    first = pages.browser().get(address).text
    assert names_on(first) == names_on(pages.browser().get(address).text)
    assert first.count('class="chip"') == 3


def test_pages_of_results_show_every_dataset_once(pages):
    client = pages.browser()
    shown = [
        name
        for page in (1, 2)
        for name in names_on(client.get(f"/dataset/?sort=name%20asc&page={page}").text)
    ]
    assert shown == [f"set-{number:02}" for number in range(25)]


def test_a_facet_number_is_the_number_of_results_behind_it(pages):
    """B3."""
    client = pages.browser()
    links = facet_links(client.get("/dataset/").text)
    assert len(links) >= 4
    for url, count in links:
        assert f"{count} dataset" in client.get(url).text


def test_private_datasets_are_neither_listed_nor_counted_for_strangers(pages):
    """B3."""
    anonymous = pages.browser().get("/dataset/").text
    assert "secret" not in anonymous
    assert "secret" in pages.browser("mo").get("/dataset/").text


@pytest.mark.parametrize("sort", ["nofield asc", "name sideways", "'"])
def test_an_unknown_order_is_refused_in_a_sentence(pages, sort):
    answer = pages.browser().get("/dataset/", query_string={"sort": sort})
    assert answer.status_code == 400
    assert "unknown" in answer.text


@pytest.mark.parametrize(
    ("query", "said", "found"),
    [
        ({"res_dc_a_min": "abc"}, "“abc” is not a number", "25 datasets"),
        ({"res_dc_a_min": "3", "res_dc_a_max": "1"}, "No number is from 3 to 1", "0 datasets"),
    ],
)
def test_a_filter_that_cannot_be_meant_so_gets_a_notice(pages, query, said, found):
    answer = pages.browser().get("/dataset/", query_string=query)
    assert answer.status_code == 200
    assert said in answer.text
    assert found in answer.text


def test_a_filter_of_a_field_that_no_dataset_has_is_refused_in_a_sentence(pages):
    """ckan-core §10: 400 for unknown fields; one that only has no such value is no mistake."""
    browser = pages.browser()
    answer = browser.get("/dataset/", query_string={"res_dc_a": "x", "tags": "beads"})
    assert answer.status_code == 400
    assert "“res_dc_a” is none of the filters" in answer.text
    assert "“tags”" not in answer.text
    answer = browser.get("/dataset/", query_string={"name": "nobody"})
    assert answer.status_code == 200
    assert "is none of the filters" not in answer.text


def test_a_page_behind_the_last_says_so(pages):
    answer = pages.browser().get("/dataset/?page=99")
    assert answer.status_code == 200
    assert "no such page" in answer.text


def test_the_order_has_a_button_and_sends_nothing_by_itself(pages):
    """B4."""
    html = pages.browser().get("/dataset/").text
    form = html[html.index('class="sort-form"') :]
    assert "Apply" in form[: form.index("</form>")]
    assert "onchange" not in html


def test_a_circle_page_lists_its_datasets_and_keeps_the_path(pages):
    html = pages.browser().get("/organization/lab-a?tags=beads").text
    assert "12 datasets" in html
    assert 'action="/organization/lab-a"' in html


def test_an_id_of_a_circle_redirects_to_its_name(pages):
    group_id = pages.call("organization_show", id="lab-a")["id"]
    answer = pages.browser().get(f"/organization/{group_id}")
    assert (answer.status_code, answer.location) == (302, "/organization/lab-a")


def test_the_house_speaks_of_circles_and_collections(pages):
    html = pages.browser().get("/").text
    assert "Circles" in html
    assert "Collections" in html
    assert "Organization" not in html


def test_without_an_index_the_page_says_so_and_datasets_are_still_there(tmp_path):
    """B11."""
    built = build_site(tmp_path)
    built.call("package_create", "ed", name="still-here", owner_org="lab-a", license_id="cc-by")
    for path in sorted((tmp_path / "search").rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    client = built.browser()
    answer = client.get("/dataset/")
    assert client.get("/dataset/still-here").status_code == 200
    assert client.get("/").status_code == 200
    assert answer.status_code == 503 or "1 dataset" in answer.text
    assert "no datasets" not in answer.text


@pytest.mark.parametrize("address", ["/dataset/", "/dataset/?q=cells", "/organization/lab-a", "/"])
def test_an_index_that_lost_everything_is_not_an_empty_site(tmp_path, address):
    """B11: the page says that datasets may be missing, until the index is whole again."""
    built = build_site(tmp_path)
    built.call("package_create", "ed", name="old-1", title="Old cells", owner_org="lab-a")
    built.site.search.clear()
    client = built.browser()

    empty = client.get(address).text
    assert "index" in re.search(r'<p class="notice"[^>]*>(.*?)</p>', empty)[1]
    lists = empty.split('id="featured')[0]
    assert not re.search(r">0(</strong>)? datasets", lists)
    assert "no datasets here" not in empty
    assert "no public datasets" not in empty
    assert client.get("/dataset/old-1").status_code == 200

    built.call("package_create", "ed", name="new-1", title="New cells", owner_org="lab-a")
    if address != "/":
        assert "1 datasets so far" in client.get(address).text

    assert built.site.heal_search_index()
    whole = client.get(address).text
    assert 'class="notice"' not in whole
    assert "Old cells" in whole
    assert not built.site.heal_search_index()
