"""Supplements: what a measurement's file does not know, declared in JSON files."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

PREFIX = "sp:"
BUILT_IN = "package"
FOLDER = Path(__file__).parent / "data" / "supplements"
TRUE_WORDS = frozenset({"true", "yes"})
DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
DIGITS = re.compile(r"\s*[+-]?\d{1,300}\s*", re.ASCII)


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
    if converted == "":  # a list of no words
        return None
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
    return CONVERTERS.get(kind, _text)(value)


def _text(value: Any) -> str:
    if isinstance(value, list | dict):
        raise TypeError("not a text")
    return str(value)


def _boolean(value: Any) -> bool:
    return value if isinstance(value, bool) else _text(value).strip().lower() in TRUE_WORDS


def _date(value: Any) -> str:
    text = str(value).strip()
    if not DATE.fullmatch(text):  # Python reads other forms, too; clients do not
        raise ValueError("not a date")
    return date.fromisoformat(text).isoformat()


def _number(value: Any) -> float:
    """Return a finite number; True and texts that only Python reads as numbers are none."""
    if isinstance(value, bool) or "_" in str(value):
        raise TypeError("not a number")
    number = float(value)
    if not math.isfinite(number):
        raise ValueError("not a number")
    return number


def _whole(value: Any) -> int:
    readable = DIGITS.fullmatch(value) if isinstance(value, str) else _number(value).is_integer()
    if not readable:
        raise ValueError("not a whole number")
    return int(value)


def _words(value: Any) -> str:
    words = value if isinstance(value, list) else [value]
    return " ".join(" ".join(_text(word) for word in words).split())


CONVERTERS: Mapping[str, Callable[[Any], Any]] = {
    "boolean": _boolean,
    "date": _date,
    "float": _number,
    "integer": _whole,
    "list": _words,
}


def _fits(item: Mapping[str, Any], value: Any) -> bool:
    options = item.get("options", ())
    if ">0" in options and not value > 0:
        return False
    return not ("choices fixed" in options and value not in item.get("choices", ()))
