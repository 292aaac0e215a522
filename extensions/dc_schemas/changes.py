"""What a proposed dataset changes, compared with the present one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

IGNORED = frozenset(
    {"id", "type", "pkg_name", "tag_string", "resources", "package_id", "num_resources",
     "num_tags", "license_title", "license_url", "isopen", "organization", "creator_user_id",
     "metadata_created", "metadata_modified", "relationships_as_subject",
     "relationships_as_object", "pid", "dataset_number", "plugin_data", "upload"}
)  # fmt: skip
RESOURCE_IGNORED = frozenset(
    {"position", "package_id", "state", "created", "metadata_modified", "cache_url",
     "cache_last_updated"}
)  # fmt: skip


def changed_keys(current: Mapping[str, Any], proposed: Mapping[str, Any]) -> dict[str, Any]:
    """Return key → new value of a dataset's own keys that differ; empty equals absent."""
    changed = {}
    for key in [*current, *(key for key in proposed if key not in current)]:
        if key in IGNORED or key not in proposed:
            continue
        if _plain(key, current.get(key)) != _plain(key, proposed[key]):
            changed[key] = proposed[key]
    return changed


def changed_resource_keys(
    current: Mapping[str, Any], proposed: Mapping[str, Any]
) -> dict[str, Any]:
    """Return key → new value of a resource's keys that differ; empty equals absent."""
    return {
        key: proposed.get(key)
        for key in sorted({*current, *proposed} - RESOURCE_IGNORED)
        if _value(current.get(key)) != _value(proposed.get(key))
        and not (key == "url" and _same_url(current.get(key), proposed.get(key)))
    }


def _value(value: Any) -> Any:
    """Return the value, None if it is empty; False and 0 are values."""
    return None if value in ("", [], {}) else value


def _same_url(one: Any, two: Any) -> bool:
    return str(one or "").rsplit("/", 1)[-1] == str(two or "").rsplit("/", 1)[-1]


def _plain(key: str, value: Any) -> Any:
    if key == "private":
        return str(value).strip().lower() in {"true", "1", "yes", "on", "t", "y"}
    if key in ("tags", "groups") and isinstance(value, list):
        word = "name" if key == "tags" else "id"
        return sorted(
            str(item.get(word) or item.get("name")) for item in value if isinstance(item, dict)
        )
    if key == "extras" and isinstance(value, list):
        return sorted(
            (str(item.get("key")), str(item.get("value")))
            for item in value
            if isinstance(item, dict)
        )
    return _value(value)


def resources_differ(current: Mapping[str, Any], proposed: Mapping[str, Any]) -> bool:
    """Tell whether resources come, go, change places or change their keys."""
    before = current["resources"]
    after = proposed.get("resources", before)
    if [one["id"] for one in before] != [one.get("id") for one in after]:
        return True
    pairs = zip(before, after, strict=True)
    return any(changed_resource_keys(one, two) for one, two in pairs)
