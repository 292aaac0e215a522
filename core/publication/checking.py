"""Proves that the files of published versions are there, with the bytes they had."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cytotheca.core.storage.objects import ObjectRef, ObjectStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A file, the versions that refer to it, and what is wrong; ``fault`` is empty if nothing."""

    name: str
    versions: str
    fault: str


def check_files(store: ObjectStore, files: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    """Read each object once, however many versions refer to it."""
    by_object: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for one in files:
        by_object.setdefault((one["bucket"], one["object_key"]), []).append(one)
    for (bucket, key), same in by_object.items():
        yield Finding(
            name=same[0]["name"],
            versions=", ".join(one["version"] for one in same),
            fault=_fault(store, ObjectRef(bucket=bucket, key=key), same),
        )


def _fault(store: ObjectStore, ref: ObjectRef, files: Sequence[Mapping[str, Any]]) -> str:
    info = store.stat(ref)
    if info is None:
        return "is missing"
    sizes = {one["size"] for one in files if one["size"] is not None}
    if sizes - {info.size_bytes}:
        return f"has {info.size_bytes} bytes instead of {_list(sizes)}"
    digests = {one["sha256"] for one in files if one["sha256"]}
    if not digests:
        return ""
    found = hashlib.sha256()
    for chunk in store.iter_chunks(ref):
        found.update(chunk)
    if digests - {found.hexdigest()}:
        return f"has the SHA-256 {found.hexdigest()} instead of {_list(digests)}"
    return ""


def _list(values: set[Any]) -> str:
    return " and ".join(sorted(map(str, values)))
