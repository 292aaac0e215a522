"""Whatever anybody types: an answer or a refusal, and never a hidden dataset."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cytotheca.core.domain.errors import SearchError, SearchQueryError
from cytotheca.core.search.document import build_document
from cytotheca.core.search.engine import SearchQuery
from cytotheca.core.search.query import plain_words
from cytotheca.core.search.sqlite import SqliteSearch

ODD_TEXTS = [
    *[
        ":",
        "/",
        "[",
        "]",
        "{",
        "}",
        "(",
        ")",
        "!",
        "~",
        "^",
        "\\",
        "&&",
        "||",
        "*",
        "?",
        "'",
        "-",
        "+",
        "AND",
        "OR",
        "NOT",
        "TO",
    ],
    '"',
    "RE:SOLVE",
    "AB:cd:12",
    "a" * 10_000,
    "a b " * 2_500,
    "( " * 5_000,
    '"' * 10_000,
    "x:y " * 2_500,
    "\x00 \ud800 \uffff",
    "tags:\x00",
    "½ ² ﬁ \U0001d518 🎉 👩‍🔬",
    "* *:* ?*?",
    "tags:[* TO zzzz] AND name:{a TO *}",
    "a~9999999999999999999",
    '"a b"~99999999999999999999',
    "title:a^99999999999999999999999",
    "res_dc_x:[1e999 TO nan]",
    "num_resources:1e400",
    "metadata_created:[0001-01-01 TO 9999-12-31]",
    "metadata_created:[NOW-2026YEARS TO NOW+9000YEARS]",
    "'; DROP TABLE document; --",
    'title:"a\\" OR permission_labels:x"',
    "text:near(a b) title:{a} doc_stems:x",
]

fields = st.sampled_from(
    [
        "title",
        "tags",
        "name",
        "text",
        "id",
        "state",
        "capacity",
        "private",
        "authors",
        "*",
        "x",
        "metadata_modified",
        "num_resources",
        "res_dc_setup_flow_rate",
        "extras_a",
        "title_ngram",
        "permission_labels",
        "title_string",
        "data_dict",
        "doi",
        "sha256",
        "measured_date",
    ]
)
words = st.sampled_from(
    [
        *[
            "beads",
            "secret",
            "b*",
            "?e*",
            "*",
            "b~",
            "beads~1",
            "0.16",
            "NOW",
            "2026-01-01",
            "DCOR-Aid",
            "a\\:b",
            "true",
            ">5",
            "<=NOW",
        ],
        *["10.5072/abc", "abcdef12", "µm", "a/b", "it's", "!x", "-5"],
        *('"a b"', '"secret beads"~3', "[a TO b]", "[* TO 5}", "{NOW-1DAY TO *]"),
    ]
)
leaves = st.one_of(words, st.builds("{}:{}".format, fields, words))
valid_queries = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds("({} AND {})".format, inner, inner),
        st.builds("({} OR {})".format, inner, inner),
        st.builds("{} {}".format, inner, inner),
        st.builds("{} && {} || {}".format, inner, inner, inner),
        st.builds("+{} -{}".format, inner, inner),
        st.builds("NOT {}".format, inner),
        st.builds("({})^2".format, inner),
        st.builds("{}:({})".format, fields, inner),
    ),
    max_leaves=8,
)
any_text = st.one_of(
    st.text(max_size=80),
    st.text(alphabet="abc:*?\"()[]{}~^+-!\\/&|' TONDR_0.1", max_size=40),
    valid_queries,
)
sorts = st.sampled_from(["score desc", "name asc", "title desc, score asc", "x asc", "tags desc"])
labels = st.sampled_from([frozenset(), frozenset({"public"}), frozenset({"public", "member-a"})])


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteSearch]:
    engine = SqliteSearch(tmp_path_factory.mktemp("search"))
    seen_by = ["public", "member-a", "member-b", "creator-x"]
    engine.rebuild(
        build_document(
            {
                "id": f"id{number}",
                "name": f"name{number}",
                "title": ["Beads", "Secret beads", "DCOR-Aid µm"][number % 3],
                "private": number % 4 > 0,
                "tags": [{"name": "beads"}, {"name": f"tag{number}"}],
                "metadata_modified": "2026-01-01T00:00:00",
                "extras": [{"key": "seen_by", "value": seen_by[number % 4]}],
                "resources": [{"name": "a.rtdc", "dc:setup:flow rate": 0.16}],
            },
            labels=[seen_by[number % 4]],
            site_id="default",
        )
        for number in range(24)
    )
    yield engine
    engine.close()


def assert_answered(engine: SqliteSearch, query: SearchQuery) -> None:
    """Assert that a search is answered with visible datasets only, or refused."""
    assert query.labels is not None
    try:
        page = engine.search(query)
    except (SearchError, SearchQueryError):
        return
    for result in page.results:
        assert result["extras"][0]["value"] in query.labels
    assert len(page.results) == page.count
    assert sum(page.facets["state"].values()) == page.count
    visible = {result["name"] for result in page.results}
    assert set(page.facets["name"]) == visible


@given(text=any_text, filters=st.lists(any_text, max_size=2), sort=sorts, labels=labels)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_text_is_answered_or_refused(
    engine: SqliteSearch, text: str, filters: list[str], sort: str, labels: frozenset[str]
) -> None:
    """Z22."""
    query = SearchQuery(
        text=text,
        filters=filters,
        sort=sort,
        labels=labels,
        rows=100,
        facet_fields=["state", "name"],
        facet_limit=-1,
    )
    assert_answered(engine, query)


@given(query=valid_queries, labels=labels)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_query_and_its_negation_divide_what_is_visible(
    engine: SqliteSearch, query: str, labels: frozenset[str]
) -> None:
    def count(*filters: str) -> int:
        return engine.search(SearchQuery(filters=filters, labels=labels, rows=0)).count

    try:
        found = count(query)
    except SearchError:
        return
    assert found + count(f"NOT ({query})") == count()


@pytest.mark.parametrize("text", ODD_TEXTS, ids=range(len(ODD_TEXTS)))
def test_odd_texts(engine: SqliteSearch, text: str) -> None:
    options = {"rows": 100, "labels": frozenset({"public"}), "facet_fields": ["state", "name"]}
    assert_answered(engine, SearchQuery(text=text, **options))
    assert_answered(engine, SearchQuery(filters=[text], **options))
    engine.search(SearchQuery(text=plain_words(text), **options))


@given(st.text(max_size=60))
@settings(max_examples=100, deadline=None)
def test_any_text_without_a_colon_is_answered(engine: SqliteSearch, text: str) -> None:
    # A range and a regular expression have a meaning, which no field gives them here.
    text = "".join(c for c in text if c not in ":[{<>/")
    assert engine.search(SearchQuery(text=text)).count >= 0
