"""What a resource's page lists as "Additional information"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

HIDDEN: Final = frozenset(
    {
        *("last_modified", "revision_id", "url_type", "on_same_domain", "has_views"),
        *("cache_last_updated", "cache_url", "mimetype_inner", "datastore_active", "position"),
        *("description", "name", "plugin_data"),
    }
)
FOR_EDITORS: Final = frozenset({"s3_url", "s3_available"})
LABELS: Final = {
    "id": "Resource ID",
    "package_id": "Dataset ID",
    "sha256": "SHA-256",
    "etag": "ETag",
    "mimetype": "Media type",
    "s3_url": "Object address",
    "s3_available": "In the object store",
    "url": "Address",
    "hash": "Hash",
    "metadata_modified": "Metadata changed",
    "resource_type": "Kind",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A key of a resource as shown; ``key`` is its name in the API."""

    key: str
    label: str
    value: Any


def plain_facts(resource: Mapping[str, Any], *, may_edit: bool = True) -> Sequence[Fact]:
    """Return the keys that every resource has; where its object lies only tells editors much."""
    return [
        _fact(key, value)
        for key, value in sorted(resource.items())
        if ":" not in key and _is_shown(key, value) and (may_edit or key not in FOR_EDITORS)
    ]


def section_facts(resource: Mapping[str, Any]) -> Sequence[Fact]:
    """Return the keys of the field's metadata (``section:key``)."""
    return [
        Fact(key=key, label=key, value=value)
        for key, value in sorted(resource.items())
        if ":" in key and _is_shown(key, value)
    ]


def _is_shown(key: str, value: object) -> bool:
    return key not in HIDDEN and value not in (None, "", [], {})


def _fact(key: str, value: object) -> Fact:
    label = LABELS.get(key) or key.replace("_", " ").capitalize()
    return Fact(key=key, label=label, value=value)
