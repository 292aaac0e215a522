"""What differs between two published versions of a dataset, field by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

DERIVED = frozenset(
    {
        "metadata_modified",
        "num_resources",
        "num_tags",
        "organization",
        "license_title",
        "license_url",
        "isopen",
        "relationships_as_subject",
        "relationships_as_object",
        "resources",
        "tags",
        "groups",
        "extras",
    }
)
"""Fields that follow from others, or are compared by name."""
DERIVED_OF_RESOURCES = frozenset({"metadata_modified", "position", "package_id"})

Document = Mapping[str, Any]
Diff = dict[str, Any]


def diff_documents(old: Document, new: Document) -> Diff:
    """Return ``{"fields", "resources"}``: what changed from the old to the new version.

    ``fields`` holds ``{"field", "old", "new"}``; ``resources`` holds lists
    ``added``, ``removed`` and ``changed`` (with ``fields``), and ``reordered``.
    """
    before, after = _by_id(old), _by_id(new)
    changed = []
    for rid in after:
        fields = _differences(before.get(rid, after[rid]), after[rid], without=DERIVED_OF_RESOURCES)
        if fields:
            changed.append({**_named(after[rid]), "fields": fields})
    return {
        "fields": _differences(_plain(old), _plain(new), without=frozenset()),
        "resources": {
            "added": [_named(one) for rid, one in after.items() if rid not in before],
            "removed": [_named(one) for rid, one in before.items() if rid not in after],
            "changed": changed,
            "reordered": [rid for rid in before if rid in after]
            != [rid for rid in after if rid in before],
        },
    }


def summarize_diff(diff: Diff) -> dict[str, Any]:
    """Return names and numbers of what changed, for lists of versions."""
    resources = diff["resources"]
    return {
        "fields": [one["field"] for one in diff["fields"]],
        "resources_added": len(resources["added"]),
        "resources_removed": len(resources["removed"]),
        "resources_changed": len(resources["changed"]),
        "reordered": resources["reordered"],
    }


def _differences(old: Document, new: Document, *, without: frozenset[str]) -> list[Diff]:
    return [
        {"field": key, "old": old.get(key), "new": new.get(key)}
        for key in sorted({*old, *new} - without)
        if old.get(key) != new.get(key)
    ]


def _plain(document: Document) -> dict[str, Any]:
    """Return a dataset without what follows from other fields; lists of objects by name."""
    plain = {key: value for key, value in document.items() if key not in DERIVED}
    plain["tags"] = _names(document.get("tags"))
    plain["groups"] = _names(document.get("groups"))
    for extra in document.get("extras") or ():
        plain[f"extras: {extra['key']}"] = extra["value"]
    return plain


def _names(items: Sequence[Document] | None) -> list[str]:
    return sorted(str(one["name"]) for one in items or ())


def _by_id(document: Document) -> dict[str, Document]:
    return {one["id"]: one for one in document.get("resources") or ()}


def _named(resource: Document) -> dict[str, Any]:
    return {"id": resource["id"], "name": resource.get("name")}
