"""Supplements: their declaration, and the types of their values."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cytotheca.extensions.dc_schemas.supplements import (
    BUILT_IN,
    BadValue,
    convert,
    find_item,
    load_supplements,
)

SECTIONS = load_supplements(BUILT_IN)
KEYS = [f"sp:{section}:{item['key']}" for section, one in SECTIONS.items() for item in one["items"]]
COUNT, WIDTH = "sp:chip:measurement count", "sp:chip:channel width"
MADE, FIXED = "sp:chip:production date", "sp:cells:fixed"
LABELS, MAKER = "sp:identifiers:labels", "sp:chip:maker"

ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.lists(st.text(max_size=5), max_size=3),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)


def test_the_sections_stand_in_the_order_of_their_files():
    """dcor §5.6."""
    names = ["general", "cells", "artificial", "chip", "experiment", "identifiers"]
    assert list(SECTIONS) == names
    types = {item["type"] for one in SECTIONS.values() for item in one["items"]}
    assert types == {"string", "integer", "float", "boolean", "date", "list"}


def test_a_folder_of_its_own_replaces_the_built_in_sections(tmp_path):
    """dcor §5.6."""
    section = {"key": "mood", "name": "Mood", "requires": {}, "items": []}
    (tmp_path / "supplement1_mood.json").write_text(json.dumps(section))
    assert load_supplements(str(tmp_path)) == {"mood": section}
    (tmp_path / "supplement2_other.json").write_text(json.dumps(section))
    load_supplements.cache_clear()
    with pytest.raises(ValueError, match="describes section 'mood'"):
        load_supplements(str(tmp_path))


@pytest.mark.parametrize(
    ("key", "given", "kept"),
    [
        (COUNT, 3, 3),
        (COUNT, 3.0, 3),
        (COUNT, " 3 ", 3),
        (COUNT, "-3", -3),
        (WIDTH, 21.0, 21.0),
        (WIDTH, 21, 21.0),
        (WIDTH, "21.5", 21.5),
        (WIDTH, "1e-3", 0.001),
        (MADE, "2020-12-31", "2020-12-31"),
        (FIXED, True, True),
        (FIXED, "YES", True),
        (FIXED, "true", True),
        (FIXED, False, False),
        (FIXED, "no", False),
        (FIXED, "maybe", False),
        (LABELS, "  a   b\n", "a b"),
        (LABELS, ["a", " b c "], "a b c"),
        (MAKER, "us", "us"),
        (MAKER, 5, "5"),
        ("sp:unknown:key", [1, {"a": 2}], [1, {"a": 2}]),
        ("sp:short", "x", "x"),
    ],
)
def test_a_value_gets_the_type_of_its_key(key, given, kept):
    """dcor §5.6, 13."""
    converted = convert(SECTIONS, key, given)
    assert (converted, type(converted)) == (kept, type(kept))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (COUNT, 3.7),
        (COUNT, "3.7"),
        (COUNT, True),
        (COUNT, False),
        (COUNT, "1_000"),
        (COUNT, "three"),
        (COUNT, math.nan),
        (COUNT, math.inf),
        (COUNT, [3]),
        (COUNT, {"a": 3}),
        (COUNT, "9" * 5000),
        (WIDTH, True),
        (WIDTH, "wide"),
        (WIDTH, "1_0"),
        (WIDTH, "nan"),
        (WIDTH, "-inf"),
        (WIDTH, 10**400),
        (WIDTH, [20.0]),
        (MADE, "2020-15-31"),
        (MADE, "2021-02-29"),
        (MADE, "20201231"),
        (MADE, "31.12.2020"),
        (MADE, 2020),
        (FIXED, ["true"]),
        (LABELS, {"a": "b"}),
        (LABELS, [["a"]]),
        (MAKER, {"a": "b"}),
        (MAKER, ["us"]),
    ],
)
def test_a_value_that_does_not_convert_is_refused_with_its_key(key, value):
    """dcor §5.6, 13."""
    with pytest.raises(BadValue) as refused:
        convert(SECTIONS, key, value)
    assert str(refused.value) == f"Invalid value for '{key}': '{value}'!"


@pytest.mark.parametrize("key", [COUNT, WIDTH, MADE, FIXED, LABELS, MAKER])
@pytest.mark.parametrize("empty", [None, ""])
def test_nothing_is_no_value(key, empty):
    """dcor §5.6."""
    assert convert(SECTIONS, key, empty) is None
    assert convert(SECTIONS, LABELS, []) is None


@given(st.sampled_from(KEYS), ANYTHING)
def test_a_converted_value_is_strict_json_and_converts_to_itself(key, value):
    """dcor §5.6: what was read may be sent back."""
    try:
        once = convert(SECTIONS, key, value)
    except BadValue:
        return
    json.dumps(once, allow_nan=False)
    again = convert(SECTIONS, key, once)
    assert (again, type(again)) == (once, type(once))


@given(st.one_of(st.integers(-(10**15), 10**15), st.floats(-1e15, 1e15)))
def test_no_number_changes_its_value(value):
    """dcor §5.6: dcoraid compares, and uploads again what differs."""
    assert convert(SECTIONS, WIDTH, value) == value
    if value == int(value):
        assert convert(SECTIONS, COUNT, value) == value
    else:
        with pytest.raises(BadValue):
            convert(SECTIONS, COUNT, value)


@pytest.mark.parametrize(
    ("key", "value", "fits"),
    [
        (WIDTH, 0.0, False),
        (WIDTH, -1, False),
        (WIDTH, 0.1, True),
        ("sp:general:sample type", "artificial", True),
        ("sp:general:sample type", "stone", False),
        ("sp:general:condition", "my own", True),
    ],
)
def test_hints_are_enforced_on_strict_sites_only(key, value, fits):
    """dcor §5.6."""
    assert convert(SECTIONS, key, value) == value
    if fits:
        assert convert(SECTIONS, key, value, strict=True) == value
    else:
        with pytest.raises(BadValue):
            convert(SECTIONS, key, value, strict=True)


def test_a_key_is_found_by_section_and_name():
    item = find_item(SECTIONS, WIDTH)
    assert item is not None
    assert (item["unit"], item["options"]) == ("µm", [">0"])
    assert find_item(SECTIONS, "sp:chip:no such key") is None
