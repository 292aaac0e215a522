"""Names of files and datasets, authors, DOIs and references, as DCOR writes them."""

from __future__ import annotations

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cytotheca.extensions.dc_schemas.names import (
    MIMETYPES,
    SUFFIXES,
    clean_doi,
    clean_reference,
    clean_references,
    dataset_name,
    file_name_problem,
    is_measurement,
    lower_suffix,
    mimetype_of,
    split_authors,
)

ALLOWED = string.ascii_letters + string.digits + ".,-_+()[]"
HEX = "0123456789abcdef" * 2


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://doi.org/10.1/x", "doi:10.1/x"),
        ("http://dx.doi.org/10.1/x/", "doi:10.1/x"),
        ("DOI.ORG/10.1002/(SICI)1097-0320(19960101)23:1<1::AID>3.0", None),
        ("https://arxiv.org/abs/1507.00466", "arXiv:1507.00466"),
        ("https://arxiv.org/abs/1507.00466/", "arXiv:1507.00466"),
        ("https://arxiv.org/", "https://arxiv.org/"),
        ("ARXIV: 1507.00466", "arXiv:1507.00466"),
        ("https://www.biorxiv.org/content/10.1101/1.full.pdf+html", "bioRxiv:10.1101/1"),
        ("https://www.biorxiv.org/content/10.1101/1.full.pdf", "bioRxiv:10.1101/1"),
        ("https://www.biorxiv.org/content/10.1101/1v2", "bioRxiv:10.1101/1v2"),
        ("biorxiv:10.1101/1", "bioRxiv:10.1101/1"),
        ("doi:10.2/y", "doi:10.2/y"),
        ("https://example.org/paper", "https://example.org/paper"),
        ("  a book  ", "a book"),
        ("İ https://doi.org/10.1/x", "doi:10.1/x"),  # one letter that is two in lower case
        ("İİİ arxiv.org/abs/1", "arXiv:1"),
    ],
)
def test_a_reference_gets_its_short_form(given, kept):
    """dcor §5.2."""
    expected = kept or f"doi:{given.removeprefix('DOI.ORG/')}"
    assert clean_reference(given) == expected


@given(
    st.text(alphabet="İßΣﬁ aA:/.", max_size=20),
    st.from_regex(r"10\.[0-9]{4}/[a-z]+", fullmatch=True),
)
def test_no_character_of_a_doi_is_lost_whatever_stands_before_it(before, doi):
    """dcor §5.2."""
    assert clean_reference(f"{before} https://doi.org/{doi}") == f"doi:{doi}"


@given(st.text(max_size=60))
def test_references_in_short_form_stay_as_they_are(text):
    """dcor §5.2: what was read may be sent back."""
    once = clean_references(text)
    assert clean_references(once) == once


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://doi.org/10.1/x/", "10.1/x"),
        ("10.1/x", "10.1/x"),
        (" 10.1/a:b ", "10.1/a:b"),
        ("https://doi.org/10.1/a://b", "10.1/a://b"),
        ("https://doi.org", ""),
    ],
)
def test_a_doi_loses_the_address_of_its_resolver(given, kept):
    """dcor §5.1."""
    assert clean_doi(given) == kept


@given(st.lists(st.text(max_size=10), max_size=6))
def test_authors_are_kept_in_order_without_empty_ones(names):
    """dcor §5.1."""
    text = split_authors(",".join(names))
    assert split_authors(text) == text
    words = [word.strip() for name in names for word in name.split(",")]
    assert [one for one in text.split(", ") if one] == [word for word in words if word]


@given(st.text(alphabet=ALLOWED, max_size=30), st.sampled_from(SUFFIXES))
def test_every_name_of_allowed_characters_and_suffix_is_taken(stem, suffix):
    """dcor §5.3."""
    assert file_name_problem(f"a{stem}{suffix}", SUFFIXES) is None


@given(st.characters(exclude_characters=ALLOWED))
def test_no_other_character_is_taken(character):
    """dcor §5.3."""
    assert file_name_problem(f"a{character}.rtdc", SUFFIXES)


@pytest.mark.parametrize("name", ["a.exe", "a", "", ".rtdc", "a.RTDC", "a.rt", "a.rtdc.gz", "a.dc"])
def test_no_other_suffix_is_taken(name):
    """dcor §5.3."""
    problem = file_name_problem(name, SUFFIXES)
    assert problem is not None
    assert problem.startswith("Unsupported file extension")


@pytest.mark.parametrize(
    ("given", "kept"),
    [("A.RTDC", "A.rtdc"), ("a.b.CSV", "a.b.csv"), ("A", "A"), ("", ""), ("A.", "A.")],
)
def test_only_the_suffix_is_lowered(given, kept):
    """dcor §5.3."""
    assert lower_suffix(given) == kept


@pytest.mark.parametrize(
    ("name", "mimetype"),
    [("a.rtdc", "RT-DC"), ("a.dc", "DC"), ("a.rt", None), ("rtdc", None), ("", None), (None, None)],
)
def test_the_media_type_is_that_of_the_whole_suffix(name, mimetype):
    """dcor §5.3: an exact comparison."""
    assert mimetype_of(name) == mimetype
    assert is_measurement(None, name) == (mimetype is not None)
    assert all(is_measurement(one, "a.txt") for one in MIMETYPES.values())


@pytest.mark.parametrize(
    ("title", "taken", "name"),
    [
        ("Müller's Beads", set(), "muller-s-beads"),
        ("Ä b", {"a-b"}, "a-b-0"),
        ("Ä b", {"a-b", "a-b-0"}, "a-b-01"),
        ("edit", set(), "edit-0"),
        ("New", set(), "new-0"),
        ("x", set(), "x-0"),
        ("", set(), "01"),
        ("a" * 101, set(), f"{'a' * 90}-0"),
    ],
)
def test_a_dataset_is_named_by_its_title(title, taken, name):
    """dcor §5.4."""
    assert dataset_name(title, HEX, taken.__contains__) == name


@given(st.text(max_size=150), st.integers(0, 5))
def test_a_dataset_always_gets_a_legal_free_name(title, refusals):
    """dcor §5.4."""
    refused: list[str] = []

    def is_taken(name):
        if len(refused) < refusals:
            refused.append(name)
            return True
        return False

    name = dataset_name(title, HEX, is_taken)
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]{1,99}", name)
    assert name not in {*refused, "edit", "new", "search"}
