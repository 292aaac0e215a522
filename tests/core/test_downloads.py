"""How browsers are told to treat files of users."""

from __future__ import annotations

import email.message
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cytotheca.core.domain.downloads import attachment, clean_filename, content_type


def test_a_plain_name_needs_no_second_form():
    assert attachment("beads_47.rtdc") == 'attachment; filename="beads_47.rtdc"'


def test_letters_lose_their_marks_for_old_clients():
    assert attachment("Zelle ä.rtdc").startswith('attachment; filename="Zelle a.rtdc"; filename*=')


def test_a_nasty_name_adds_no_header_and_keeps_its_letters():
    header = attachment('Zellen Ω "a";\r\nX: y.rtdc')
    assert header == (
        'attachment; filename="Zellen _ _a_;X_ y.rtdc"; '
        "filename*=UTF-8''Zellen%20%CE%A9%20%22a%22%3BX%3A%20y.rtdc"
    )


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\a.rtdc", "C:_a.rtdc"),
        ("gpj.\u202eexe", "gpj.exe"),
        ("\ud800.rtdc", "rtdc"),
        ("", "download"),
        ("..", "download"),
    ],
)
def test_names_lose_folders_and_invisible_characters(name, cleaned):
    assert clean_filename(name) == cleaned


def test_a_long_name_keeps_its_suffix():
    name = clean_filename("ä" * 400 + ".rtdc")
    assert len(name) == 180
    assert name.endswith("ä.rtdc")


@given(st.text(max_size=300))
def test_any_name_gives_one_ascii_header_that_parses_to_the_cleaned_name(name):
    header = attachment(name)
    assert header.isascii()
    assert header.isprintable()
    message = email.message.Message()
    message["Content-Disposition"] = header
    plain, _, extended = header.partition("; filename*=UTF-8''")
    parsed = unquote(extended) if extended else message.get_filename()
    assert parsed == clean_filename(name)
    assert plain.count('"') == 2


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.png", "image/png"),
        ("a.txt", "text/plain; charset=utf-8"),
        ("a.svg", "application/octet-stream"),
        ("a.html", "application/octet-stream"),
        ("a.txt.gz", "application/octet-stream"),
        ("a.rtdc", "application/octet-stream"),
        ("a", "application/octet-stream"),
    ],
)
def test_only_harmless_types_are_named(name, expected):
    assert content_type(name) == expected
