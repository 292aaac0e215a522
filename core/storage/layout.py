"""Where objects live: bucket per circle, key by artifact and resource id.

Source: the DCOR object layout, which clients rely on (they split the path of
an object's URL into bucket and key).
"""

from __future__ import annotations

import re
from enum import StrEnum
from uuid import UUID

from cytotheca.core.storage.objects import ObjectRef

_BUCKET = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
_HEX = "[0-9a-f]"
_KEY = re.compile(
    rf"(?P<artifact>resource|condensed|preview)/(?P<a>{_HEX}{{3}})/(?P<b>{_HEX}{{3}})/"
    rf"(?P<rest>{_HEX}{{2}}-(?:{_HEX}{{4}}-){{3}}{_HEX}{{12}})(?:~(?P<edition>[1-9][0-9]{{0,5}}))?"
)


class Artifact(StrEnum):
    """What an object holds of its resource."""

    RESOURCE = "resource"
    CONDENSED = "condensed"
    PREVIEW = "preview"


def object_key(artifact: Artifact, resource_id: str, *, edition: int = 0) -> str:
    """Return the key of an artifact; raises ``ValueError`` unless the id is a UUID.

    ``edition`` counts the replacements of a resource's file: objects are
    immutable, so a new file gets a new key (``…~1``).
    """
    rid = str(UUID(resource_id))
    suffix = f"~{edition}" if edition else ""
    return f"{artifact}/{rid[:3]}/{rid[3:6]}/{rid[6:]}{suffix}"


def bucket_name(pattern: str, organization_id: str | None) -> str:
    """Return the bucket of a circle, by the site's naming pattern."""
    owner = str(UUID(organization_id)) if organization_id else "unowned"
    return pattern.replace("{organization_id}", owner)


def artifact_ref(
    bucket: str, artifact: Artifact, resource_id: str, *, edition: int = 0
) -> ObjectRef:
    """Return the address of an artifact in a bucket."""
    return ObjectRef(bucket=bucket, key=object_key(artifact, resource_id, edition=edition))


def parse_bucket(bucket: str) -> str:
    """Return a bucket's name; raises ``ValueError`` unless it is a legal one."""
    if _BUCKET.fullmatch(bucket) is None:
        raise ValueError("not a bucket name")
    return bucket


def parse_ref(bucket: str, key: str) -> ObjectRef:
    """Return the address that bucket and key spell; raises ``ValueError`` for any other text.

    This is the only door from user-given text to a path: what passes holds
    neither dots nor other path syntax, and has a fixed depth.
    """
    if _KEY.fullmatch(key) is None:
        raise ValueError("not an object key")
    return ObjectRef(bucket=parse_bucket(bucket), key=key)


def parse_key(key: str) -> tuple[Artifact, str]:
    """Return artifact and resource id of a key; raises ``ValueError`` for other texts."""
    match = _KEY.fullmatch(key)
    if match is None:
        raise ValueError("not an object key")
    return Artifact(match["artifact"]), match["a"] + match["b"] + match["rest"]
