"""What people type: what parses, what is refused, what the parts mean."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cytotheca.core.domain.errors import SearchError, SearchQueryError
from cytotheca.core.search.dates import BadDate, parse_period
from cytotheca.core.search.dois import find_doi, iter_dois
from cytotheca.core.search.folding import fold, index_text, list_words
from cytotheca.core.search.loose import count_required
from cytotheca.core.search.patterns import parse_pattern
from cytotheca.core.search.query import LooseQuery, parse_filter, parse_text, plain_words
from cytotheca.core.search.sorting import parse_sort

NOW = datetime(2026, 11, 25, 4, 30, 12, 345678, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "{!child of=x}y",
        " { !lucene}x",
        '_query_:"a"',
        "_val_:1",
        r'\_query\_:"a"',
        r'_query_\:"a"',
        r"\u005fquery_:x",
        "name:x AND _val_:2",
    ],
)
def test_ways_to_other_parsers_are_refused(text: str) -> None:
    with pytest.raises(SearchError):
        parse_text(text)
    with pytest.raises(SearchError):
        parse_filter(text)


@pytest.mark.parametrize(
    "text", ["name:", "name:(a", "name:[a TO", 'name:"a', "a:b AND", "a:b~0.5.1", "a:{1 TO"]
)
def test_a_syntax_error_is_told_without_names_of_the_parser(text: str) -> None:
    with pytest.raises(SearchError) as refusal:
        parse_text(text)
    assert str(refusal.value).startswith("The query does not parse.")


@pytest.mark.parametrize("text", ['"open', "(a", "a AND", "~", "^", "- -", "[", "&&", "'"])
def test_a_text_without_colon_always_means_something(text: str) -> None:
    assert isinstance(parse_text(text), LooseQuery)


@pytest.mark.parametrize(
    "text", ["a:b AND " * 2000 + "a:b", "a:" + "(" * 200 + "b" + ")" * 200, "-" * 5000 + "a:b"]
)
def test_trees_beyond_measure_are_refused(text: str) -> None:
    with pytest.raises(SearchError):
        parse_text(text)


def test_a_thousand_ids_are_one_query() -> None:
    ids = [f"{number:08x}-0000-4000-8000-000000000000" for number in range(1000)]
    assert parse_filter(f"id:({' OR '.join(ids)})").root is not None


def test_plain_words_leave_nothing_to_parse() -> None:
    assert plain_words('a AND (b: [c} "d') == "a b c d"


@given(st.text(max_size=200))
def test_plain_words_always_parse(text: str) -> None:
    assert isinstance(parse_text(plain_words(text) or "x"), LooseQuery)


@pytest.mark.parametrize(
    "text",
    [
        "10.5072/abc",
        "10.5072/ABC",
        "doi:10.5072/abc",
        "DOI: 10.5072/abc",
        "https://doi.org/10.5072/ABC",
        "http://dx.doi.org/10.5072/abc",
        "doi.org/10.5072/abc/",
        "https://doi.org/10.5072%2Fabc",
        "info:doi/10.5072/abc",
    ],
)
def test_a_doi_is_known_in_every_spelling(text: str) -> None:
    assert find_doi(text) == "10.5072/abc"


def test_dois_are_found_in_a_text() -> None:
    found = list(iter_dois("https://arxiv.org/abs/1507.00466, doi:10.2/y, see 10.1038/N.1."))
    assert found == ["10.2/y", "10.1038/n.1"]


@pytest.mark.parametrize(
    ("one", "other"),
    [("Müller", "mu\u0308ller"), ("MÜLLER", "muller"), ("µm", "μm"), ("Straße", "STRASSE")],
)
def test_spellings_fold_to_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_joined_and_divided_words_are_indexed_too() -> None:
    words = index_text("DCOR-Aid beadsSet Müller").split()
    assert words[:4] == ["dcor", "aid", "beadsset", "muller"]
    assert {"dcoraid", "beads", "set"} <= set(words)


@given(st.text(max_size=100))
def test_folding_twice_changes_nothing(text: str) -> None:
    words = list_words(text)
    assert list_words(" ".join(words)) == words


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("NOW", NOW, NOW),
        ("NOW-7DAY", datetime(2026, 11, 18, 4, 30, 12, 345678, UTC), None),
        ("NOW/DAY+1MONTH", datetime(2026, 12, 25, tzinfo=UTC), None),
        ("NOW/YEAR", datetime(2026, 1, 1, tzinfo=UTC), None),
        ("2026-01-31T10:00:00Z", datetime(2026, 1, 31, 10, tzinfo=UTC), None),
        ("2026-01-31T10:00:00+02:00", datetime(2026, 1, 31, 8, tzinfo=UTC), None),
        (
            "2026-01-31",
            datetime(2026, 1, 31, tzinfo=UTC),
            datetime(2026, 1, 31, 23, 59, 59, 999999, UTC),
        ),
        ("2024", datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 12, 31, 23, 59, 59, 999999, UTC)),
    ],
)
def test_dates(text: str, first: datetime, last: datetime | None) -> None:
    assert parse_period(text, NOW) == (first, last or first)


@pytest.mark.parametrize(
    "text", ["x", "NOWx", "NOW-1", "NOW-9999YEAR", "2026-13-01", "", "NOW+-1DAY"]
)
def test_what_is_no_date(text: str) -> None:
    with pytest.raises(BadDate):
        parse_period(text, NOW)


@pytest.mark.parametrize(
    ("words", "required"), [(1, 1), (2, 2), (3, 2), (5, 4), (6, 4), (10, 8), (100, 80)]
)
def test_how_many_words_must_occur(words: int, required: int) -> None:
    assert count_required("2<-1 5<80%", words) == required


def test_a_bad_rule_for_words_is_refused() -> None:
    with pytest.raises(SearchError):
        count_required("nonsense", 3)


def test_wildcards_and_escapes() -> None:
    pattern = parse_pattern(r"a\*b*c?")
    assert pattern.glob == "a[*]b*c?"
    assert pattern.prefix == "a*b"


def test_sort_keys() -> None:
    keys = parse_sort("title_string asc, metadata_modified DESC, name")
    assert [(key.field, key.descending) for key in keys] == [
        ("title_string", False),
        ("metadata_modified", True),
        ("name", False),
    ]
    assert [key.field for key in parse_sort("rank")] == ["score", "metadata_modified"]


@pytest.mark.parametrize("text", ["name up", "name asc desc", "a b c", ",", "name asc,", "x;y z"])
def test_a_bad_sort_is_a_bad_parameter(text: str) -> None:
    with pytest.raises(SearchQueryError, match='Invalid "sort" parameter'):
        parse_sort(text)
