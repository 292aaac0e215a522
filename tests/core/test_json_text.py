"""JSON of strangers is read as the standard has it."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cytotheca.core.domain.json_text import BadJson, read_json

texts = st.text(st.characters(exclude_categories=["Cs"]))
simple = st.none() | st.booleans() | st.integers(-(2**80), 2**80) | texts
values = st.recursive(
    simple | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
)


@given(values, st.booleans(), st.sampled_from(["utf-8", "utf-16", "utf-8-sig"]))
def test_whatever_python_writes_is_read_again(value, plain, encoding):
    text = json.dumps(value, ensure_ascii=plain)
    assert read_json(text) == value
    assert read_json(text.encode(encoding)) == value


@pytest.mark.parametrize(
    "text",
    [
        "NaN", "[Infinity]", "-Infinity", "1e999", '{"a": -1e999}', "9" * 400, "-" + "9" * 5000,
        r'"\ud800"', r'{"\udfff": 1}', r'["\ude00\ud83d"]', b'"\xed\xa0\x80"', b"\xff",
        "[" * 201 + "]" * 201, "[" * 100_000, "", "{", "'a'",
    ],
)  # fmt: skip
def test_what_could_not_be_answered_again_is_refused(text):
    with pytest.raises(BadJson):
        read_json(text)


def test_large_numbers_are_numbers_of_their_kind():
    assert read_json("9" * 305) == int("9" * 305)
    assert math.isclose(read_json("0." + "3" * 400), 1 / 3)
    assert read_json(r'"\ud83d\ude00"') == "\N{GRINNING FACE}"
    assert read_json("[" * 200 + "]" * 200)
