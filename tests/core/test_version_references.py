"""References to versions, and what differs between two (unit tests of the rules)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cytotheca.core.domain.errors import ValidationError
from cytotheca.core.domain.version_diff import diff_documents, summarize_diff
from cytotheca.core.domain.versions import Number, Selector, choose, following, parse_reference

numbers = st.builds(Number, st.integers(1, 99), st.integers(0, 99))


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("1", Number(1, 0)),
        ("1.0", Number(1, 0)),
        (" 12.34 ", Number(12, 34)),
        (":draft", Selector.DRAFT),
        (":latest", Selector.LATEST),
        (":latest-published", Selector.LATEST_PUBLISHED),
    ],
)
def test_what_a_reference_means(text: str, meant: object) -> None:
    assert parse_reference(text) == meant


@pytest.mark.parametrize(
    "text", ["", "x", ":newest", "1.", ".1", "1.2.3", "-1", "1e3", "\u0663.\u0661"]
)
def test_anything_else_is_refused_by_name(text: str) -> None:
    with pytest.raises(ValidationError) as refused:
        parse_reference(text)
    assert refused.value.errors == {"version": [f"Illegal version identifier '{text}'"]}


@given(numbers)
def test_a_number_is_read_as_it_is_written(number: Number) -> None:
    assert parse_reference(str(number)) == number


@given(published=st.lists(numbers, unique=True), draft=st.booleans())
def test_the_newest_is_the_largest_number(published: list[Number], *, draft: bool) -> None:
    newest = max(published, default=None)
    assert choose(Selector.LATEST_PUBLISHED, published, draft=draft) == newest
    assert choose(Selector.LATEST, published, draft=False) == newest


@given(published=st.lists(numbers, unique=True), wanted=numbers, draft=st.booleans())
def test_only_what_may_be_seen_is_found(
    published: list[Number], wanted: Number, *, draft: bool
) -> None:
    assert choose(wanted, published, draft=draft) == (wanted if wanted in published else None)
    assert choose(Selector.DRAFT, published, draft=False) is None
    assert choose(Selector.LATEST, published, draft=True) == Selector.DRAFT


@given(last=numbers, new_files=st.booleans())
def test_numbers_go_up(last: Number, *, new_files: bool) -> None:
    assert following(last, new_files=new_files) > last


texts = st.text(max_size=5)
resources = st.lists(
    st.fixed_dictionaries({"id": st.sampled_from("abcdef"), "name": texts, "description": texts}),
    unique_by=lambda one: one["id"],
)
documents = st.fixed_dictionaries(
    {
        "title": texts,
        "notes": st.none() | texts,
        "tags": st.lists(st.fixed_dictionaries({"name": texts}), max_size=3),
        "extras": st.dictionaries(texts, texts, max_size=3).map(
            lambda found: [{"key": key, "value": value} for key, value in sorted(found.items())]
        ),
        "resources": resources,
    }
)


@given(documents)
def test_a_version_does_not_differ_from_itself(document: dict[str, Any]) -> None:
    diff = diff_documents(document, document)
    assert diff["fields"] == []
    nothing = {"added": [], "removed": [], "changed": [], "reordered": False}
    assert diff["resources"] == nothing


@given(documents, documents)
def test_a_diff_read_backwards_is_the_diff_of_the_way_back(
    old: dict[str, Any], new: dict[str, Any]
) -> None:
    there, back = diff_documents(old, new), diff_documents(new, old)
    assert [(one["old"], one["new"]) for one in there["fields"]] == [
        (one["new"], one["old"]) for one in back["fields"]
    ]
    assert there["resources"]["added"] == back["resources"]["removed"]
    assert {one["id"] for one in there["resources"]["changed"]} == {
        one["id"] for one in back["resources"]["changed"]
    }


@given(documents, documents)
def test_every_difference_is_told(old: dict[str, Any], new: dict[str, Any]) -> None:
    summary = summarize_diff(diff_documents(old, new))
    told = set(summary["fields"])
    for key in ("title", "notes"):
        assert (key in told) == (old[key] != new[key])
    if old["resources"] != new["resources"]:
        assert any(value for key, value in summary.items() if key != "fields")
