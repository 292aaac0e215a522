"""Markdown, references, sizes, dates, local paths: rules without a server."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cytotheca.core.domain.markdown import plain_excerpt, render_markdown
from cytotheca.core.domain.references import link_reference, list_references
from cytotheca.core.web.formatting import format_bytes, format_date
from cytotheca.core.web.local_paths import is_local_path
from cytotheca.core.web.pager import make_pager, parse_page


@pytest.mark.parametrize(
    "text",
    [
        "<script>x</script>",
        "[a](javascript:x)",
        "[a](data:text/html,x)",
        "![a](https://e.org/x)",
        "<img src=x onerror=y>",
        "[a](JaVaScRiPt:x)",
        "<a href='x' onclick='y'>z</a>",
        "[a](&#106;avascript:x)",
        '<https://e.org/" onmouseover=x>',
    ],
)
def test_markdown_becomes_no_live_markup(text):
    """Z11."""
    html = str(render_markdown(text))
    assert not any(word in html for word in ("<script", "<img", 'href="javascript', 'href="data'))
    assert ' onclick="' not in html


@given(st.text(max_size=400))
def test_markdown_never_lets_script_through(text):
    """Z11."""
    html = str(render_markdown(text)).lower()
    assert "<script" not in html
    assert "<iframe" not in html
    assert 'href="javascript:' not in html


@pytest.mark.parametrize("text", ["[" * 50_000, ">" * 50_000, "*a " * 30_000, "`" * 50_000])
def test_deep_nesting_is_quick(text):
    """Z11."""
    began = time.monotonic()
    render_markdown(text)
    assert time.monotonic() - began < 1


def test_markdown_headings_stand_below_those_of_the_page():
    assert "<h3>Title</h3>" in str(render_markdown("# Title"))


def test_an_excerpt_is_plain_words_cut_at_a_word():
    assert plain_excerpt("**Bold** words and more", 12) == "Bold words …"


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("doi:10.1/a:b(1)", "https://doi.org/10.1/a:b(1)"),
        ("arXiv:1507.00466", "https://arxiv.org/abs/1507.00466"),
        ("bioRxiv:862227v2", "https://biorxiv.org/content/862227v2"),
        ("https://e.org/x", "https://e.org/x"),
        ("javascript:alert(1)", ""),
        ("a book", ""),
        ("ftp://e.org/x", ""),
    ],
)
def test_references_become_links_only_to_the_web(text, url):
    assert link_reference(text).url == url


def test_references_are_split_at_commas():
    assert [one.text for one in list_references("doi:10.1/a, , b")] == ["doi:10.1/a", "b"]


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (899298, "899 kB"),
        (1_200_000, "1.2 MB"),
        (21_474_836_480, "21 GB"),
        (None, ""),
        ("x", ""),
        (True, ""),
    ],
)
def test_sizes_are_decimal(size, text):
    assert format_bytes(size) == text


def test_dates_are_spelled_out_and_other_texts_stay():
    assert format_date("2026-03-01T09:12:33.123") == "1 March 2026"
    assert format_date("soon") == "soon"


@given(st.text(max_size=60))
def test_a_local_path_has_no_other_host(text):
    """Z16."""
    if is_local_path(text):
        assert text.startswith("/")
        assert text[1:2] not in {"/", "\\"}


@given(st.integers(0, 100_000), st.integers(1, 10_000))
def test_a_pager_names_its_page_and_both_ends(count, page):
    pager = make_pager(count, page, 20, str)
    numbers = [link.number for link in pager.links]
    assert numbers[0] == 1
    assert pager.pages in numbers
    assert pager.last_row <= count


@pytest.mark.parametrize("text", [None, "", "0", "-1", "x", "٣", "1e9", "9" * 50])
def test_a_page_that_is_none_is_the_first(text):
    assert parse_page(text) == 1
