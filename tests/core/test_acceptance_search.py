"""Search: who finds what, by which query, in which order."""

import json
import types

import pytest


@pytest.fixture(scope="module")
def corpus(ed, new_name):
    """Three datasets under one prefix: public p1, private p2, draft p3."""
    prefix = new_name("p")

    def create(suffix, **fields):
        return ed.post(
            "package_create", name=f"{prefix}-{suffix}", owner_org="lab-a", **fields
        ).result

    return types.SimpleNamespace(
        prefix=prefix,
        mine=f"name:{prefix}*",
        p1=create("1", title="Alpha beads", tags=[{"name": "beads"}]),
        p2=create("2", title="Beta cells", private=True),
        p3=create("3", title="Gamma cells", state="draft"),
    )


@pytest.fixture
def hits(corpus):
    """Return the names found within the corpus, short and sorted."""

    def search(client, *more, **params):
        params["fq_list"] = json.dumps([corpus.mine, *more])
        found = client.get("package_search", **params).result
        names = [one["name"].rpartition("-")[2] for one in found["results"]]
        assert found["count"] == len(names)
        return sorted(names)

    return search


def test_the_public_finds_what_is_public(nobody, hits):
    """ckan-core 25."""
    assert hits(nobody) == ["1"]
    assert hits(nobody, include_private=True, include_drafts=True) == ["1"]


def test_a_member_finds_private_datasets_on_request(mo, hits):
    """ckan-core 25."""
    assert hits(mo) == ["1"]
    assert hits(mo, include_private=True) == ["1", "2"]
    assert hits(mo, include_private=True, include_drafts=True) == ["1", "2"]


def test_a_stranger_finds_no_private_dataset(xi, hits):
    """ckan-core 25."""
    assert hits(xi, include_private=True, include_drafts=True) == ["1"]


def test_the_creator_finds_the_drafts(ed, hits):
    """ckan-core 25: what dcoraid asks to clean up."""
    found = hits(
        ed,
        include_private=True,
        include_drafts=True,
        fq=f"creator_user_id:{ed.id} AND state:draft",
        rows=1000,
    )
    assert found == ["3"]


@pytest.mark.parametrize("query", ["bead", "BEADS", "beads", "title:alpha AND tags:beads"])
def test_words_are_found_in_any_case_and_number(nobody, hits, query):
    """ckan-core 26."""
    assert hits(nobody, q=query) == ["1"]


@pytest.mark.parametrize("query", ["zebra", "title:alpha AND tags:blood", "NOT tags:beads"])
def test_what_does_not_match_is_not_found(nobody, hits, query):
    """ckan-core 26."""
    assert hits(nobody, q=query) == []


def test_a_name_may_end_in_a_wildcard(nobody, hits, corpus):
    """ckan-core 26."""
    assert hits(nobody, q=f"name:{corpus.prefix[:-2]}*") == ["1"]


def test_a_filter_may_exclude(mo, hits):
    """ckan-core 26."""
    assert hits(mo, fq="-tags:beads", include_private=True) == ["2"]


@pytest.mark.parametrize("start", ["2020-01-01T00:00:00Z", r"2020-01-01T00\:00\:00Z"])
def test_date_ranges_may_be_escaped(nobody, hits, start):
    """ckan-core 27."""
    period = f"(organization:lab-a AND metadata_modified:[{start} TO NOW])"
    assert hits(nobody, fq=period) == ["1"]
    past = f"(organization:lab-a AND metadata_modified:[{start} TO {start}])"
    assert hits(nobody, fq=past) == []


def test_no_rows_give_the_count_alone(nobody, corpus):
    """ckan-core 28."""
    found = nobody.get("package_search", rows=0, fq=corpus.mine).result
    assert (found["count"], found["results"]) == (1, [])


@pytest.mark.parametrize(
    ("rows", "complaint"), [("-1", "Must be a natural number"), ("x", "Invalid integer")]
)
def test_rows_are_a_natural_number(nobody, rows, complaint):
    """ckan-core 28."""
    answer = nobody.get("package_search", rows=rows)
    assert answer.status == 409
    assert complaint in answer.error["rows"]


def test_facets_are_counted_and_named(nobody, ed, new_dataset, corpus):
    """ckan-core 29."""
    other = new_dataset(ed, tags=[{"name": "beads"}, {"name": "zeta"}])
    asked = {"facet.field": '["tags","organization"]', "facet.limit": -1}
    fq = f"name:({corpus.prefix}* OR {other['name']})"
    found = nobody.get("package_search", fq=fq, **asked).result
    assert found["search_facets"]["tags"]["items"] == [
        {"name": "zeta", "display_name": "zeta", "count": 1},
        {"name": "beads", "display_name": "beads", "count": 2},
    ]
    organizations = found["search_facets"]["organization"]["items"]
    assert organizations == [{"name": "lab-a", "display_name": "Lab A", "count": 2}]
    assert found["facets"]["tags"] == {"zeta": 1, "beads": 2}


def test_facet_fields_are_a_json_list(nobody):
    """ckan-core 30."""
    answer = nobody.get("package_search", **{"facet.field": "tags"})
    assert answer.status == 409
    assert "Could not parse as valid JSON" in answer.error["facet.field"]


@pytest.mark.parametrize(
    "params",
    [{"foo": "1"}, {"sort": "nofield asc"}, {"sort": "name up"}, {"cursor": "zzz"}],
    ids=str,
)
def test_an_unknown_parameter_or_order_is_refused(nobody, params):
    """ckan-core 30."""
    answer = nobody.get("package_search", **params)
    assert answer.status == 400
    assert answer.error["__type"] == "Search Query Error"
    assert "Search Query is invalid" in answer.message


def test_a_cursor_takes_the_place_of_an_offset(nobody):
    answer = nobody.get("package_search", cursor="*", start=5)
    assert answer.status == 409
    assert answer.error["start"] == ["Leave it out with a cursor"]


def test_results_come_in_the_order_asked_for(mo, corpus):
    """ckan-core 30."""
    params = {"fq": corpus.mine, "include_private": True}
    for_names = mo.get("package_search", sort="name asc", **params).result["results"]
    assert [one["name"] for one in for_names] == [corpus.p1["name"], corpus.p2["name"]]
    reverse = mo.get("package_search", sort="name desc", **params).result["results"]
    assert reverse == for_names[::-1]


@pytest.mark.parametrize(
    "query", ["{!child of=x}y", '_query_:"a"', '_val_:"x"', r'\_query_:"a"', "title:a AND (b"]
)
def test_the_engines_back_doors_are_shut(nobody, query):
    """ckan-core 31."""
    answer = nobody.get("package_search", q=query)
    assert answer.status == 409
    assert answer.error["__type"] == "Search Error"


def test_a_new_dataset_is_found_at_once_and_a_deleted_one_no_more(ed, nobody, new_dataset):
    """ckan-core 33."""
    made = new_dataset(ed)
    query = {"fq": f"name:{made['name']}"}
    assert nobody.get("package_search", **query).result["results"][0]["id"] == made["id"]
    assert ed.post("package_delete", id=made["id"]).status == 200
    assert nobody.get("package_search", **query).result["count"] == 0
