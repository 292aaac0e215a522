"""Supplements: what a measurement's file does not know, declared in JSON files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

PREFIX = "sp:"
BUILT_IN = "package"
FOLDER = Path(__file__).parent / "data" / "supplements"
TRUE_WORDS = frozenset({"true", "yes"})


class BadValue(ValueError):
    """A value that does not convert to the type of its key."""


@lru_cache(maxsize=8)
def load_supplements(folder: str) -> Mapping[str, Any]:
    """Return section → its description, in the order of the files' names."""
    root = FOLDER if folder == BUILT_IN else Path(folder)
    sections = {}
    for path in sorted(root.glob("supplement*_*.json")):
        section = json.loads(path.read_text(encoding="utf-8"))
        expected = path.stem.split("_", 1)[1]
        if section["key"] != expected:
            raise ValueError(f"{path.name} describes section {section['key']!r}")
        sections[expected] = section
    return sections


def convert(sections: Mapping[str, Any], key: str, value: Any, *, strict: bool = False) -> Any:
    """Return the value of ``sp:<section>:<key>`` in its type; None for no value.

    Raises ``BadValue``. Unknown keys keep their value.
    """
    if value is None or value == "":
        return None
    item = find_item(sections, key)
    if item is None:
        return value
    try:
        converted = _typed(item["type"], value)
    except (TypeError, ValueError, OverflowError):
        raise BadValue(f"Invalid value for '{key}': '{value}'!") from None
    if strict and not _fits(item, converted):
        raise BadValue(f"Invalid value for '{key}': '{value}'!")
    return converted


def find_item(sections: Mapping[str, Any], key: str) -> Mapping[str, Any] | None:
    """Return the description of a composite key, or None."""
    parts = key.split(":", 2)
    if len(parts) != 3:  # noqa: PLR2004 - prefix, section, key
        return None
    items = sections.get(parts[1], {}).get("items", ())
    found: Mapping[str, Any] | None = next((i for i in items if i["key"] == parts[2]), None)
    return found


def _typed(kind: str, value: Any) -> Any:
    if kind == "boolean":
        return value if isinstance(value, bool) else str(value).strip().lower() in TRUE_WORDS
    if kind == "date":
        return date.fromisoformat(str(value).strip()).isoformat()
    if kind == "float":
        number = float(value)
        if number - number != 0:  # NaN and infinities are no values
            raise ValueError(value)
        return number
    if kind == "integer":
        return int(value)
    if kind == "list":
        words = value if isinstance(value, list) else str(value).split()
        return " ".join(" ".join(str(word) for word in words).split())
    return str(value)


def _fits(item: Mapping[str, Any], value: Any) -> bool:
    options = item.get("options", ())
    if ">0" in options and not value > 0:
        return False
    return not ("choices fixed" in options and value not in item.get("choices", ()))
