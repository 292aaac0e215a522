"""Ranges and conditional requests, without a server."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.http import http_date

from cytotheca.core.domain.byte_ranges import (
    Representation,
    Selection,
    Verdict,
    content_range,
    parse_range,
    select_bytes,
)

MODIFIED = datetime(2026, 3, 1, 12, 0, 0, 500_000, tzinfo=UTC)
CURRENT = Representation(etag="abc", modified=MODIFIED, size_bytes=100)
LATER = http_date(datetime(2026, 3, 2, tzinfo=UTC))
EARLIER = http_date(datetime(2026, 2, 1, tzinfo=UTC))
SAME = http_date(MODIFIED)


def part(start: int, stop: int) -> Selection:
    return Selection(verdict=Verdict.PART, start=start, stop=stop)


WHOLE = Selection(verdict=Verdict.WHOLE, stop=100)
OUTSIDE = Selection(verdict=Verdict.UNSATISFIABLE)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("bytes=0-9", part(0, 10)),
        ("Bytes = 0-0 ", part(0, 1)),
        ("bytes=90-", part(90, 100)),
        ("bytes=90-5000", part(90, 100)),
        ("bytes=-10", part(90, 100)),
        ("bytes=-5000", part(0, 100)),
        ("bytes=-0", OUTSIDE),
        ("bytes=100-", OUTSIDE),
        ("bytes=100-200", OUTSIDE),
        ("bytes=9-0", WHOLE),
        ("bytes=0-1,5-6", WHOLE),
        ("bytes=", WHOLE),
        ("bytes=-", WHOLE),
        ("bytes", WHOLE),
        ("lines=0-9", WHOLE),
        ("bytes=a-b", WHOLE),
        ("bytes=+1-2", WHOLE),
        ("bytes=\u0661-\u0662", WHOLE),
        ("bytes=0-" + "9" * 5000, WHOLE),
    ],
)
def test_a_range_header_selects(value, expected):
    assert parse_range(value, 100) == expected


def test_no_range_of_an_empty_file_can_be_satisfied():
    assert parse_range("bytes=0-", 0) == OUTSIDE


@given(first=st.integers(0, 2**63), length=st.integers(1, 2**40), size_bytes=st.integers(0, 2**43))
def test_a_range_selects_what_slicing_selects(first, length, size_bytes):
    selection = parse_range(f"bytes={first}-{first + length - 1}", size_bytes)
    expected = range(size_bytes)[first : first + length]
    assert range(selection.start, selection.stop) == expected
    assert (selection.verdict is Verdict.PART) == bool(expected)


@given(suffix=st.integers(0, 2**50), size_bytes=st.integers(0, 2**43))
def test_a_suffix_selects_the_end(suffix, size_bytes):
    selection = parse_range(f"bytes=-{suffix}", size_bytes)
    assert selection.stop - selection.start == min(suffix, size_bytes)
    assert selection.stop in {0, size_bytes}


@given(value=st.text(max_size=40) | st.text("bytes=-0123456789,", max_size=20))
def test_any_text_gives_bytes_inside_the_file(value):
    selection = parse_range(value, 100)
    assert 0 <= selection.start <= selection.stop <= 100


def test_content_range_names_last_byte_and_size():
    assert content_range(part(5, 10), 100) == "bytes 5-9/100"
    assert content_range(OUTSIDE, 100) == "bytes */100"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, Verdict.WHOLE),
        ({"If-None-Match": '"abc"'}, Verdict.NOT_MODIFIED),
        ({"If-None-Match": 'W/"abc"'}, Verdict.NOT_MODIFIED),
        ({"If-None-Match": '"x", "abc"'}, Verdict.NOT_MODIFIED),
        ({"If-None-Match": "*"}, Verdict.NOT_MODIFIED),
        ({"If-None-Match": '"x"'}, Verdict.WHOLE),
        ({"If-None-Match": '"x"', "If-Modified-Since": LATER}, Verdict.WHOLE),
        ({"If-Modified-Since": SAME}, Verdict.NOT_MODIFIED),
        ({"If-Modified-Since": EARLIER}, Verdict.WHOLE),
        ({"If-Modified-Since": "yesterday"}, Verdict.WHOLE),
        ({"If-Match": '"abc"'}, Verdict.WHOLE),
        ({"If-Match": "*"}, Verdict.WHOLE),
        ({"If-Match": 'W/"abc"'}, Verdict.PRECONDITION_FAILED),
        ({"If-Match": '"x"'}, Verdict.PRECONDITION_FAILED),
        ({"If-Match": '"abc"', "If-Unmodified-Since": EARLIER}, Verdict.WHOLE),
        ({"If-Unmodified-Since": EARLIER}, Verdict.PRECONDITION_FAILED),
        ({"If-Unmodified-Since": SAME}, Verdict.WHOLE),
        ({"Range": "bytes=0-1", "If-None-Match": '"abc"'}, Verdict.NOT_MODIFIED),
        ({"Range": "bytes=0-1", "If-Match": '"x"'}, Verdict.PRECONDITION_FAILED),
        ({"Range": "bytes=0-1", "If-Range": '"abc"'}, Verdict.PART),
        ({"Range": "bytes=0-1", "If-Range": '"x"'}, Verdict.WHOLE),
        ({"Range": "bytes=0-1", "If-Range": 'W/"abc"'}, Verdict.WHOLE),
        ({"Range": "bytes=0-1", "If-Range": SAME}, Verdict.PART),
        ({"Range": "bytes=0-1", "If-Range": LATER}, Verdict.WHOLE),
        ({"Range": "bytes=0-1", "If-Range": "abc"}, Verdict.WHOLE),
    ],
)
def test_conditions_decide_before_ranges(headers, expected):
    assert select_bytes(headers, CURRENT).verdict is expected
