"""Index fields from the metadata of measurements (``dc:section:key``, ``sp:…``)."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from urllib.parse import unquote, urlsplit

_METADATA_PREFIXES: Final = ("dc:", "sp:")
_NOT_IN_NAMES: Final = re.compile(r"[^a-z0-9]+")
# Technical keys: what they hold is the same word for all, or meaningless to people.
_SILENT_KEYS: Final = frozenset(
    {
        *("id", "package_id", "position", "state", "url", "url_type", "size", "hash", "created"),
        *("last_modified", "metadata_modified", "mimetype_inner", "cache_url", "datastore_active"),
        *("cache_last_updated", "s3_available", "s3_url", "etag"),
    }
)


def field_name(key: str) -> str:
    """Return the index field of a metadata key.

    >>> field_name("dc:setup:channel width")
    'res_dc_setup_channel_width'
    """
    return "res_" + _NOT_IN_NAMES.sub("_", key.lower()).strip("_")


def collect_measurement_fields(resources: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Return the metadata of all measurements, each value once; numbers as numbers."""
    fields: dict[str, dict[Any, None]] = {}
    for resource in resources:
        for key, value in resource.items():
            if key.startswith(_METADATA_PREFIXES):
                for single in value if isinstance(value, list) else [value]:
                    if isinstance(single, str | int | float) and single != "":
                        fields.setdefault(field_name(key), {})[_as_number(single)] = None
    return {name: list(values) for name, values in fields.items()}


def iter_texts(resource: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a search without a field finds of a resource: names, metadata, digests."""
    url = str(resource.get("url") or "")
    if resource.get("url_type") == "upload":  # the rest of the address is the same for all
        url = unquote(urlsplit(url).path.rpartition("/")[2]) if url else ""
    if url:
        yield url
    for key, value in resource.items():
        if key in _SILENT_KEYS or isinstance(value, bool):
            continue
        if isinstance(value, str) and value:
            yield value
        elif isinstance(value, int | float):
            yield f"{value:g}"


def _as_number(value: str | float) -> str | float:
    """Return a number if ``value`` is one that can be compared; booleans stay words."""
    if isinstance(value, bool):
        return str(value).lower()
    try:
        number = float(value) if "_" not in str(value) else math.nan  # Python takes "1_0" for 10
    except ValueError:
        return str(value)
    return number if math.isfinite(number) else str(value)
