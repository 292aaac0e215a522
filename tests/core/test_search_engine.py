"""The embedded engine: what searches find, for whom, and in which order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cytotheca.core.domain.errors import SearchError, SearchQueryError
from cytotheca.core.search.document import build_document
from cytotheca.core.search.engine import SearchPage, SearchQuery
from cytotheca.core.search.sqlite import SqliteSearch

NOW = datetime(2026, 11, 25, 4, 30, tzinfo=UTC)
DIGEST = "ab12cd34" * 8
ANYONE = frozenset({"public"})
Search = Callable[..., list[str]]


def make_document(name: str, *labels: str, **values: Any) -> dict[str, Any]:
    dataset = {
        "id": f"id-{name}",
        "name": name,
        "title": name,
        "state": "active",
        "private": "public" not in labels,
        "metadata_created": "2026-01-01T00:00:00",
        "metadata_modified": "2026-01-01T00:00:00",
        **values,
    }
    return build_document(dataset, labels=labels, site_id="default")


def tags(*names: str) -> list[dict[str, str]]:
    return [{"name": name} for name in names]


DOCUMENTS = [
    make_document(
        "p1",
        "public",
        title="Alpha beads",
        tags=tags("beads", "acute leukemia"),
        organization={"name": "lab-a", "title": "Lab A"},
        groups=[{"name": "fig1", "title": "Figure 1"}],
        license_id="CC0-1.0",
        creator_user_id="ed",
        authors="Paul Müller",
        author="Paul Müller",
        doi="10.5072/ABC",
        references="https://doi.org/10.1038/nmeth.3281",
        notes="Shape in flow. Measured at 5 µm.",
        extras=[{"key": "subject", "value": "science"}],
        metadata_modified="2026-11-20T00:00:00",
        resources=[
            {
                "id": "r1",
                "name": "M1_beads.rtdc",
                "format": "RT-DC",
                "sha256": DIGEST,
                "dc:setup:flow rate": 0.16,
                "dc:setup:temperature": -4,
                "dc:experiment:sample": "Jurkat cells",
                "dc:experiment:run identifier": "run77x",
            }
        ],
    ),
    make_document("p2", "member-lab-a", title="Private beads", tags=tags("blood")),
    make_document(
        "p3", "creator-ed", "edit-lab-a", title="Draft", state="draft", creator_user_id="ed"
    ),
    make_document(
        "p4",
        "public",
        title="DCOR-Aid test dataset",
        organization={"name": "dcoraid-circle", "title": "Circle"},
        metadata_modified="2026-02-01T00:00:00",
        resources=[{"id": "r2", "name": "x.csv", "dc:setup:flow rate": 0.04}],
    ),
    make_document(
        "p5",
        "public",
        title="Red blood cells in flow",
        tags=tags("blood", "beads"),
        organization={"name": "lab-b", "title": "Lab B"},
        metadata_modified="2026-03-01T00:00:00",
    ),
]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteSearch]:
    engine = SqliteSearch(tmp_path_factory.mktemp("search"), now=lambda: NOW)
    engine.rebuild(DOCUMENTS)
    yield engine
    engine.close()


@pytest.fixture
def search(engine: SqliteSearch) -> Search:
    def run(text: str = "*:*", *filters: str, **options: Any) -> list[str]:
        options = {"labels": ANYONE, "sort": "name asc", **options}
        page = engine.search(SearchQuery(text=text, filters=filters, **options))
        names = [result["name"] for result in page.results]
        assert page.count == len(names)
        return names

    return run


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ["p1", "p4", "p5"]),
        ("*:*", ["p1", "p4", "p5"]),
        ("*", ["p1", "p4", "p5"]),
        ("bead", ["p1", "p5"]),
        ("BEADS", ["p1", "p5"]),
        ("red blood cells", ["p5"]),
        ("red blood cells nonsense", ["p5"]),
        ("red nonsense", []),
        ('"shape in"', ["p1"]),
        ('"in shape"', []),
        ("beads -alpha", ["p5"]),
        ("+beads +blood", ["p5"]),
        ("alpha AND beads", ["p1"]),
        ("alpha OR dcoraid", ["p1", "p4"]),
        ("(alpha OR red) AND beads", ["p1", "p5"]),
        ("NOT beads", ["p4"]),
        ("-beads", ["p4"]),
        ("alpha || dcoraid", ["p1", "p4"]),
        ("beads && !alpha", ["p5"]),
        ("bea*", ["p1", "p5"]),
        ("b?ads", ["p1", "p5"]),
        ("*ukemi?", ["p1"]),
        ("baeds~1", ["p1", "p5"]),
        ("bxxds~1", []),
        ("alhpa~", ["p1"]),
        ('"shape flow"~2', ["p1"]),
        ("dcoraid", ["p4"]),
        ("DCOR-Aid", ["p4"]),
        ("dcor aid", ["p4"]),
        ("muller", ["p1"]),
        ("mu\u0308LLer", ["p1"]),
        ("μm", ["p1"]),
        ("µm", ["p1"]),
        ("M1_beads.rtdc", ["p1"]),
        ("run77x", ["p1"]),
        ("jurkat", ["p1"]),
        (DIGEST, ["p1"]),
        (DIGEST[:8], ["p1"]),
        (DIGEST[:11].upper(), ["p1"]),
        ("ab12cd3", []),
        ("10.5072/abc", ["p1"]),
        ("doi:10.5072/abc", ["p1"]),
        ("https://doi.org/10.5072/ABC", ["p1"]),
        ("10.1038/nmeth.3281", ["p1"]),
        ("https://example.org/elsewhere", []),
        ("~", []),
        ('"open', []),
        ("beads (", ["p1", "p5"]),
    ],
)
def test_words(search: Search, text: str, found: list[str]) -> None:
    assert search(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("title:alpha AND tags:beads", ["p1"]),
        ("title:beads", ["p1"]),
        ("title:(alpha beads)", ["p1"]),
        ("title:(alpha OR red)", ["p1", "p5"]),
        ('tags:"acute leukemia"', ["p1"]),
        (r"tags:acute\ leukemia", ["p1"]),
        ("tags:acute*", ["p1"]),
        ("tags:baeds~", ["p1", "p5"]),
        ("tags:*", ["p1", "p5"]),
        ("-tags:*", ["p4"]),
        ("-tags:beads", ["p4"]),
        ("NOT tags:beads", ["p4"]),
        ("!tags:beads", ["p4"]),
        ("tags:beads AND NOT tags:blood", ["p1"]),
        ("tags:(beads AND blood)", ["p5"]),
        ("+tags:beads -title:alpha", ["p5"]),
        ("+tags:beads OR title:alpha", ["p1", "p5"]),
        ("title:nothing OR (-tags:blood)", ["p1", "p4"]),
        ("organization:lab-a", ["p1"]),
        ("(organization:lab-a OR organization:lab-b)", ["p1", "p5"]),
        ("groups:fig1", ["p1"]),
        ("(-creator_user_id:xi AND groups:fig1)", ["p1"]),
        ("res_format:RT-DC", ["p1"]),
        ("license_id:CC0-1.0", ["p1"]),
        ("author:müller", ["p1"]),
        ("authors:MULLER", ["p1"]),
        ("name:p*", ["p1", "p4", "p5"]),
        ("id:id-p1", ["p1"]),
        ("id:(id-p1 OR id-p5)", ["p1", "p5"]),
        ("extras_subject:science", ["p1"]),
        ("subject:science", ["p1"]),
        ("private:false", ["p1", "p4", "p5"]),
        ("private:true", []),
        ("doi:10.5072/abc AND beads", ["p1"]),
        (f"sha256:{DIGEST[:9]}", ["p1"]),
        ("metadata_modified:[2026-11-01T00:00:00Z TO NOW]", ["p1"]),
        (r"metadata_modified:[2026-11-01T00\:00\:00Z TO NOW]", ["p1"]),
        ("metadata_modified:[NOW-7DAY TO *]", ["p1"]),
        ("metadata_modified:{2026-02-01 TO 2026-11-20}", ["p5"]),
        ("metadata_modified:[2026-02 TO 2026-03]", ["p4", "p5"]),
        ("metadata_modified:2026-11-20", ["p1"]),
        ("metadata_modified:>=2026-03-01", ["p1", "p5"]),
        ("metadata_modified:[* TO *]", ["p1", "p4", "p5"]),
        ("res_dc_setup_flow_rate:[0.04 TO 0.16]", ["p1", "p4"]),
        ("res_dc_setup_flow_rate:{0.04 TO 0.16]", ["p1"]),
        ("res_dc_setup_flow_rate:0.16", ["p1"]),
        ("res_dc_setup_flow_rate:*", ["p1", "p4"]),
        ("res_dc_setup_temperature:-4", ["p1"]),
        ("res_dc_setup_temperature:[-5 TO -3]", ["p1"]),
        ("res_dc_experiment_sample:jurkat", ["p1"]),
        ('res_dc_experiment_sample:"Jurkat cells"', ["p1"]),
        ("title_ngram:eads", ["p1"]),
        ("title:'alpha'", ["p1"]),
        ("RE:SOLVE", []),
        ("permission_labels:public", []),
        ("title:&", []),
    ],
)
def test_fields(search: Search, text: str, found: list[str]) -> None:
    assert search(text) == found
    assert search("*:*", text) == found


@pytest.mark.parametrize(
    "text",
    [
        "AB:cd:12",
        "metadata_modified:[yesterday TO NOW]",
        "metadata_modified:abc",
        "num_resources:many",
        "tags:/b.*/",
        "tags:-beads",
        "title:[a TO b]",
        "[a TO b] tags:x",
        "{!child of=x}y",
        '_query_:"a"',
    ],
)
def test_what_the_engine_cannot_run_is_refused(search: Search, text: str) -> None:
    with pytest.raises(SearchError):
        search(text)
    with pytest.raises(SearchError):
        search("*:*", text)


@pytest.mark.parametrize("sort", ["nofield asc", "title_ngram asc", "name sideways"])
def test_a_sort_by_no_field_is_refused(search: Search, sort: str) -> None:
    with pytest.raises(SearchQueryError, match='Invalid "sort" parameter'):
        search(sort=sort)


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("name desc", ["p5", "p4", "p1"]),
        ("metadata_modified desc", ["p1", "p5", "p4"]),
        ("metadata_modified asc", ["p4", "p5", "p1"]),
        ("title_string asc", ["p1", "p4", "p5"]),
        ("title asc", ["p1", "p4", "p5"]),
        ("metadata_created asc", ["p1", "p4", "p5"]),
        ("score desc, metadata_modified desc", ["p1", "p5", "p4"]),
        ("organization desc, name asc", ["p5", "p1", "p4"]),
        ("res_dc_setup_flow_rate asc", ["p4", "p1", "p5"]),
        ("views_recent desc", ["p1", "p4", "p5"]),
        ("subject asc", ["p1", "p4", "p5"]),
        ("rank", ["p1", "p5", "p4"]),
    ],
)
def test_order(search: Search, sort: str, names: list[str]) -> None:
    assert search(sort=sort) == names


def test_a_hit_in_the_title_comes_first(search: Search) -> None:
    assert search("flow", sort="score desc")[0] == "p5"


def test_a_boost_changes_the_order(search: Search) -> None:
    assert search("title:alpha^1000000 OR title:red", sort="score desc")[0] == "p1"
    assert search("title:alpha OR title:red^1000000", sort="score desc")[0] == "p5"


def test_fields_to_search_can_be_tuned(search: Search) -> None:
    assert search("flow", tuning={"qf": "title^2 tags"}) == ["p5"]
    assert search("red nonsense", tuning={"mm": "1"}) == ["p5"]


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        (None, ["p1", "p2", "p3", "p4", "p5"]),
        (frozenset(), []),
        (ANYONE, ["p1", "p4", "p5"]),
        (frozenset({"public", "member-lab-a"}), ["p1", "p2", "p4", "p5"]),
        (frozenset({"public", "creator-ed"}), ["p1", "p3", "p4", "p5"]),
        (frozenset({"edit-lab-a"}), ["p3"]),
    ],
)
def test_labels_decide_who_finds_what(
    search: Search, labels: frozenset[str] | None, names: list[str]
) -> None:
    assert search(labels=labels) == names
    assert search("name:p*", labels=labels) == names
    assert search("name:x OR *:*", labels=labels) == names


def test_own_drafts_as_the_uploader_asks_for_them(search: Search) -> None:
    filters = ("creator_user_id:ed AND state:draft", "+state:(active OR draft)")
    assert search("*:*", *filters, labels=frozenset({"public", "creator-ed"})) == ["p3"]
    assert search("*:*", *filters, labels=ANYONE) == []


@pytest.mark.parametrize("text", ["*:*", "beads OR flow OR draft OR private", "name:p*"])
@pytest.mark.parametrize("labels", [None, ANYONE, frozenset({"public", "member-lab-a"})])
@pytest.mark.parametrize("field", ["tags", "organization", "capacity", "name"])
def test_a_facet_number_is_a_promise(
    engine: SqliteSearch, search: Search, text: str, labels: frozenset[str] | None, field: str
) -> None:
    query = SearchQuery(text=text, labels=labels, facet_fields=[field], facet_limit=-1)
    for value, count in engine.search(query).facets[field].items():
        assert len(search(text, f'{field}:"{value}"', labels=labels)) == count


def count_tags(engine: SqliteSearch, **options: Any) -> list[tuple[str, int]]:
    query = SearchQuery(labels=ANYONE, facet_fields=["tags"], **options)
    return list(engine.search(query).facets["tags"].items())


def test_facets_are_sorted_and_limited(engine: SqliteSearch) -> None:
    everything = [("beads", 2), ("acute leukemia", 1), ("blood", 1)]
    assert count_tags(engine) == everything
    assert count_tags(engine, text="beads") == everything
    assert count_tags(engine, facet_limit=1) == everything[:1]
    assert count_tags(engine, facet_mincount=2) == everything[:1]
    assert count_tags(engine, facet_mincount=0, text="dcoraid") == []
    assert count_tags(engine, rows=0) == everything


def test_a_page_holds_whole_datasets(engine: SqliteSearch) -> None:
    query = SearchQuery(text="alpha", labels=ANYONE)
    (dataset,) = engine.search(query).results
    assert dataset["resources"][0]["dc:setup:flow rate"] == 0.16
    assert dataset["organization"] == {"name": "lab-a", "title": "Lab A"}


def test_fields_can_be_chosen(engine: SqliteSearch) -> None:
    query = SearchQuery(
        text="alpha", labels=ANYONE, fields=["name", "tags", "permission_labels", "score", "nope"]
    )
    (result,) = engine.search(query).results
    assert result.pop("score") > 0
    assert result == {"name": "p1", "tags": ["beads", "acute leukemia"]}


@pytest.mark.parametrize("field", ["", "text:", "title:", "tags:"])
@pytest.mark.parametrize("operator", ["OR", "AND"])
def test_a_thousand_words_are_one_query(search: Search, field: str, operator: str) -> None:
    words = f" {operator} ".join(["beads", *(f"w{number}" for number in range(999))])
    found = search(f"{field}({words})", sort="score desc, name asc")
    everything = {"tags:": ["p1", "p5"], "title:": ["p1"]}.get(field, ["p1", "p5"])
    assert sorted(found) == (everything if operator == "OR" else [])


def test_a_wall_of_wildcards_is_refused(search: Search) -> None:
    with pytest.raises(SearchError, match="wildcards"):
        search("text:(" + " OR ".join(f"*{number}*" for number in range(40)) + ")")


def fetch(engine: SqliteSearch, **options: Any) -> SearchPage:
    return engine.search(SearchQuery(labels=ANYONE, sort="name asc", **options))


@pytest.mark.parametrize(
    ("rows", "start", "names"),
    [
        (0, 0, []),
        (2, 0, ["p1", "p4"]),
        (2, 2, ["p5"]),
        (10, 3, []),
        (-1, 0, []),
        (10**30, -5, None),
    ],
)
def test_paging(engine: SqliteSearch, rows: int, start: int, names: Sequence[str] | None) -> None:
    page = fetch(engine, rows=rows, start=start)
    assert page.count == 3
    expected = ["p1", "p4", "p5"] if names is None else names
    assert [result["name"] for result in page.results] == expected


def test_walking_in_pages_meets_each_dataset_once(tmp_path: Path) -> None:
    engine = SqliteSearch(tmp_path / "index")
    same_time = {"metadata_modified": "2026-01-01T00:00:00"}
    names = [f"n{number}" for number in range(57)]
    engine.index(make_document(name, "public", **same_time) for name in names)
    walked: list[str] = []
    for start in range(0, 60, 10):
        query = SearchQuery(start=start, sort="metadata_modified asc", labels=ANYONE)
        walked += [result["name"] for result in engine.search(query).results]
    assert sorted(walked) == sorted(names)
    engine.close()
