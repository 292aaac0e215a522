"""The field table: which index field has which type.

Both engines read it: the embedded one to choose tables, a Solr one to write
its schema. Fields that the table does not name follow the rules of
``DYNAMIC``, and what those do not know is an exact string.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """How the values of a field are indexed and compared."""

    EXACT = "exact"  # the whole value, case-sensitive, as facets count it
    TEXT = "text"  # English-stemmed words, case- and accent-folded
    WORDS = "words"  # the same without stemming: names of people
    INFIX = "infix"  # parts of words, for suggestions
    DATE = "date"
    NUMBER = "number"
    VALUE = "value"  # by value: a number if it is one, otherwise exact and text
    STORED = "stored"  # kept, never searched


FIELDS: Final[dict[str, Kind]] = {
    "id": Kind.EXACT,
    "index_id": Kind.EXACT,
    "site_id": Kind.EXACT,
    "entity_type": Kind.EXACT,
    "dataset_type": Kind.EXACT,
    "state": Kind.EXACT,
    "capacity": Kind.EXACT,
    "name": Kind.EXACT,
    "version": Kind.EXACT,
    "url": Kind.EXACT,
    "license_id": Kind.EXACT,
    "owner_org": Kind.EXACT,
    "organization": Kind.EXACT,
    "groups": Kind.EXACT,
    "tags": Kind.EXACT,
    "creator_user_id": Kind.EXACT,
    "doi": Kind.EXACT,
    "references_doi": Kind.EXACT,
    "sha256": Kind.EXACT,
    "res_format": Kind.EXACT,
    "res_url": Kind.EXACT,
    "res_type": Kind.EXACT,
    "title": Kind.TEXT,
    "notes": Kind.TEXT,
    "text": Kind.TEXT,
    "res_name": Kind.TEXT,
    "res_description": Kind.TEXT,
    "author": Kind.WORDS,
    "author_email": Kind.WORDS,
    "authors": Kind.WORDS,
    "maintainer": Kind.WORDS,
    "maintainer_email": Kind.WORDS,
    "title_ngram": Kind.INFIX,
    "name_ngram": Kind.INFIX,
    "metadata_created": Kind.DATE,
    "metadata_modified": Kind.DATE,
    "num_resources": Kind.NUMBER,
    "views_recent": Kind.NUMBER,
    "title_string": Kind.STORED,  # its own sort column
    "permission_labels": Kind.STORED,  # its own table; never answers a query
    "data_dict": Kind.STORED,
    "validated_data_dict": Kind.STORED,
}

PREFIXES: Final[tuple[tuple[str, Kind], ...]] = (
    ("vocab_", Kind.EXACT),
    ("extras_", Kind.TEXT),
    ("res_extras_", Kind.TEXT),
    ("res_dc_", Kind.VALUE),
    ("res_sp_", Kind.VALUE),
)
DATE_SUFFIX: Final = "_date"

# Fields of the visibility of a dataset; many datasets share one combination.
SHELF_FIELDS: Final = ("state", "capacity", "dataset_type", "entity_type", "site_id")

# Nearly every dataset has its own value here: counting them ahead is of no use.
UNCOUNTED: Final = frozenset(
    {"id", "index_id", "name", "url", "res_url", "sha256", "doi", "references_doi", "version"}
)

SORT_ALIASES: Final = {"rank": "score", "title": "title_string"}

# What a dismax query reads when nothing else is said, and how much it counts.
TEXT_COLUMNS: Final = ("name", "title", "tags", "groups", "text")
DEFAULT_BOOSTS: Final = {"name": 4.0, "title": 4.0, "tags": 2.0, "groups": 2.0, "text": 1.0}

# Index fields that an extra of a dataset must not write to.
RESERVED: Final = frozenset(FIELDS) - {"authors", "doi", "references_doi"}


def kind_of(name: str) -> Kind:
    """Return how the field ``name`` is indexed."""
    if name in FIELDS:
        return FIELDS[name]
    prefixed = next((kind for prefix, kind in PREFIXES if name.startswith(prefix)), None)
    if prefixed is not None:
        return prefixed
    return Kind.DATE if name.endswith(DATE_SUFFIX) else Kind.EXACT
