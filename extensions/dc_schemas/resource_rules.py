"""Who may send which keys of a resource."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cytotheca.core.plugins.toolkit import (
    Context,
    DatasetChange,
    NotAuthorized,
    Resource,
    is_uuid,
)
from cytotheca.extensions.dc_schemas.changes import changed_resource_keys
from cytotheca.extensions.dc_schemas.registration import require_object

DIRECT_KEYS = ("id", "name", "package_id", "s3_available", "description")
LEGACY_KEYS = (
    "name", "package_id", "upload", "url", "url_type", "last_modified", "mimetype", "size",
    "description",
)  # fmt: skip
FACTS = ("etag", "sha256")
SERVER_FORMAT = ("format", "hash")


def require_allowed_keys(
    context: Context,
    change: DatasetChange,
    resource: Mapping[str, Any],
    position: int,
    *,
    taken: frozenset[str] | set[str] = frozenset(),
) -> None:
    """Refuse keys that only the server sets, on a new resource."""
    for key in FACTS:
        if key in resource:
            raise NotAuthorized(f"Regular users may not specify '{key}' when creating a resource.")
    given = sorted(key for key in resource if not key.startswith("sp:"))
    if resource.get("id") and position not in change.uploads:
        wrong = [key for key in given if key not in DIRECT_KEYS]
        if wrong:
            raise NotAuthorized(
                f"For resource uploads via S3, you may only change the metadata keys "
                f"{[*DIRECT_KEYS, 'sp:*']}. Got the following new or changed metadata keys: "
                f"{wrong}!"
            )
        _require_new_id(context, str(resource["id"]), taken)
        require_object(context, change.proposed, resource)
        return
    wrong = [key for key in given if key not in LEGACY_KEYS]
    if wrong:
        raise NotAuthorized(
            f"For legacy resource uploads, you may only specify the metadata "
            f"{[*LEGACY_KEYS, 'sp:*']}. Got the following new or changed metadata keys: {wrong}!"
        )


def _require_new_id(context: Context, rid: str, taken: frozenset[str] | set[str]) -> None:
    if not is_uuid(rid):
        raise NotAuthorized(f"Resource ID {rid[:100]} is not a valid UUID")
    if rid in taken or context.session.get(Resource, rid) is not None:
        raise NotAuthorized(f"Resource {rid} already exists!")


def require_unchanged(
    before: Mapping[str, Any], after: Mapping[str, Any], *, uploads: bool
) -> None:
    """Allow only description and supplements to change on an existing resource."""
    changed = {
        key: value
        for key, value in changed_resource_keys(before, after).items()
        if key != "description" and not key.startswith("sp:")
    }
    for key in FACTS:
        if key in changed:
            raise NotAuthorized(f"Regular users may not edit '{key}'.")
    if uploads:
        changed["upload"] = "a file"
    if changed:
        shown = ", ".join(f"{key}={value}" for key, value in changed.items())
        raise NotAuthorized(f"Editing not allowed: {shown}")
