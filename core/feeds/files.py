"""The files of a dataset, read in blocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cytotheca.core.runtime.context import Context

BLOCK = 1000


def all_resources(context: Context, dataset_id: str, *, most: int) -> Sequence[Mapping[str, Any]]:
    """Return the first resources of a dataset, at most so many."""
    found: list[Mapping[str, Any]] = []
    while len(found) < most:
        limit = min(BLOCK, most - len(found))
        asked = {"id": dataset_id, "limit": limit, "offset": len(found)}
        page = context.call("package_resource_list", asked)["results"]
        found += page
        if len(page) < limit:
            break
    return found
