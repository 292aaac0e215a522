"""What a dataset shows to those who must not learn who made it (double-anonymous review)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

SHOWN: Final = frozenset(
    """
    id type state private title notes version license_id license_title license_url isopen
    metadata_created metadata_modified num_resources num_tags tags resources
    """.split()  # noqa: SIM905 - a name on each line is too long to be read
)
HIDDEN_OF_FILES: Final = frozenset({"s3_url", "cache_url"})
"""Addresses that name the circle's part of the object store."""
UNTITLED: Final = "Untitled dataset"


def veil(dataset: Mapping[str, Any]) -> dict[str, Any]:
    """Return a dataset with only those of its values that say what it is, not who made it.

    All keys stay, so that programs find what they look for. Names are often made of those of
    people, so the id stands for the name. ``anonymized`` says that values are hidden.
    """
    veiled = {key: _kept(key, value) for key, value in dataset.items()}
    title = dataset.get("title")
    return veiled | {
        "name": dataset["id"],
        "title": UNTITLED if title in (None, "", dataset["name"]) else title,
        "resources": [veil_file(one) for one in dataset.get("resources", ())],
        "anonymized": True,
    }


def veil_file(resource: Mapping[str, Any]) -> dict[str, Any]:
    """Return a file without the addresses that name its circle."""
    return {key: value for key, value in resource.items() if key not in HIDDEN_OF_FILES}


def _kept(key: str, value: Any) -> Any:
    if key in SHOWN:
        return value
    return [] if isinstance(value, list) else None
