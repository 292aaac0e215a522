"""What is not the same here as on the other site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

MADE_HERE = frozenset(
    {"organization", "groups", "tags", "resources", "license_title", "license_url", "isopen",
     "num_resources", "num_tags", "pid", "dataset_number", "plugin_data", "creator_user_id",
     "relationships_as_subject", "relationships_as_object", "tracking_summary", "revision_id"}
)  # fmt: skip
MADE_HERE_OF_FILES = frozenset(
    {"url", "url_type", "package_id", "position", "state", "s3_url", "s3_available", "etag",
     "sha256", "mimetype", "size", "tracking_summary", "revision_id", "datastore_active",
     "datastore_contains_all_records_of_source_file", "on_same_domain"}
)  # fmt: skip
DIGESTS = ("sha256", "etag", "size")


def lost_keys(there: Mapping[str, Any], here: Mapping[str, Any]) -> Sequence[str]:
    """Return the keys whose values did not come along; those of files as ``<file>: <key>``."""
    lost = _differing(there, here, MADE_HERE)
    files = {one["id"]: one for one in here["resources"]}
    for one in there.get("resources") or ():
        own = files.get(one["id"], {})
        keys = _differing(one, own, MADE_HERE_OF_FILES)
        lost += [f"{one.get('name') or one['id']}: {key}" for key in keys]
    return lost


def missing_files(there: Mapping[str, Any], here: Mapping[str, Any]) -> Sequence[str]:
    """Return the names of the resources that are not here, or have other bytes."""
    files = {one["id"]: one for one in here["resources"]}
    return [
        str(one.get("name") or one["id"])
        for one in there.get("resources") or ()
        if one["id"] not in files or _differ(one, files[one["id"]])
    ]


def _differ(there: Mapping[str, Any], here: Mapping[str, Any]) -> bool:
    """Compare by the strongest digest that both sites know."""
    for key in DIGESTS:
        if there.get(key) and here.get(key):
            return str(there[key]) != str(here[key])
    return False


def _differing(
    there: Mapping[str, Any], here: Mapping[str, Any], ignored: frozenset[str]
) -> list[str]:
    return [
        key
        for key, value in there.items()
        if key not in ignored and value not in (None, "", [], {}, False) and here.get(key) != value
    ]
