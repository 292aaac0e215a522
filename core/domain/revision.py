"""``package_revise``: match, filter, update and include, on plain data.

Source: the behaviour of CKAN's action of the same name. Paths address nested
values with ``__``; list items by index (also negative) or by the beginning of
their ``id``, at least five characters long.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping, Sequence
from typing import Any

from cytotheca.core.domain.errors import ValidationError
from cytotheca.core.domain.json_text import BadJson, read_json

MIN_ID_PREFIX = 5
EXTEND = "extend"
INTEGER = re.compile(r"^-?\d+$")
Path = tuple[str, ...]


class UnmatchedKeyError(Exception):
    """A path that leads nowhere."""

    def __init__(self, path: Path) -> None:
        super().__init__("__".join(path))


def split_parameters(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``match``, ``filter``, ``update``, ``include`` and the flattened keys.

    Texts are parsed as JSON where they parse; else they stand for themselves.
    """
    parts: dict[str, Any] = {
        "match": _object(params.get("match"), "match"),
        "filter": patterns(params.get("filter")),
        "update": _object(params.get("update"), "update"),
        "include": patterns(params.get("include")),
        "match__": {},
        "update__": {},
    }
    for key, value in params.items():
        for prefix in ("match__", "update__"):
            if key.startswith(prefix):
                parts[prefix][key] = _parsed(value)
    return parts


def matched_dataset(params: Mapping[str, Any]) -> str | None:
    """Return id or name of the dataset to be revised, or None if nothing names it.

    Who judges a call must find the same dataset as who carries it out, so both ask here.
    """
    match = _object(params.get("match"), "match")
    flat = (_parsed(params.get(f"match__{key}")) for key in ("id", "name"))
    found = match.get("id") or match.get("name") or next((ref for ref in flat if ref), None)
    return str(found) if found else None


def _parsed(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return read_json(value)
    except BadJson:
        return value


def _object(value: Any, name: str) -> dict[str, Any]:
    value = _parsed(value) if value else {}
    if not isinstance(value, dict):
        raise ValidationError({name: ["Must be an object"]})
    return value


def patterns(value: Any) -> list[str]:
    """Return the ``+``/``-`` patterns of ``filter`` or ``include``."""
    value = _parsed(value) if value else []
    if isinstance(value, str):
        value = [word.strip() for word in value.split(",") if word.strip()]
    if not isinstance(value, list) or not all(
        isinstance(word, str) and word[:1] in ("+", "-") for word in value
    ):
        raise ValidationError({"filter": ["Must be a list of patterns that begin with + or -"]})
    return value


def match_problems(match: Mapping[str, Any], flat: Mapping[str, Any], current: Any) -> list[str]:
    """Return the paths in which the current dataset differs from what is matched."""
    problems = _mismatches(match, current, ())
    for key, wanted in flat.items():
        path = tuple(key.removeprefix("match__").split("__"))
        try:
            container, last = resolve(current, path)
            same = container[last] == wanted
        except (UnmatchedKeyError, KeyError):
            same = False
        if not same:
            problems.append("__".join(path))
    return problems


def _mismatches(wanted: Any, current: Any, path: Path) -> list[str]:
    if isinstance(wanted, dict) and isinstance(current, dict):
        return [
            text
            for key, value in wanted.items()
            for text in (
                _mismatches(value, current[key], (*path, key))
                if key in current
                else ["__".join((*path, key))]
            )
        ]
    if isinstance(wanted, list) and isinstance(current, list):
        if len(wanted) > len(current):
            return ["__".join(path)]
        return [
            text
            for index, value in enumerate(wanted)
            for text in _mismatches(value, current[index], (*path, str(index)))
        ]
    return [] if wanted == current else ["__".join(path)]


def resolve(data: Any, path: Path) -> tuple[Any, Any]:
    """Return the container and the key or index a path ends in.

    The last key of an object may be new. Raises ``UnmatchedKeyError``.
    """
    for step, word in enumerate(path):
        key: Any = word
        if isinstance(data, list):
            key = _list_index(data, word)
            if key is None:
                raise UnmatchedKeyError(path)
        elif not isinstance(data, dict):
            raise UnmatchedKeyError(path)
        if step == len(path) - 1:
            return data, key
        if isinstance(data, dict) and key not in data:
            raise UnmatchedKeyError(path)
        data = data[key]
    raise UnmatchedKeyError(path)


def _list_index(items: Sequence[Any], word: str) -> int | None:
    if INTEGER.match(word) and len(word) < MIN_ID_PREFIX:
        index = int(word)
        return index if -len(items) <= index < len(items) else None
    if len(word) < MIN_ID_PREFIX:
        return None
    for index, item in enumerate(items):
        if isinstance(item, dict) and str(item.get("id", "")).startswith(word):
            return index
    return None


def apply_update(
    current: Mapping[str, Any], update: Mapping[str, Any], flat: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the dataset after ``update`` and the flattened keys; ``current`` stays as it is.

    All ``extend`` keys are applied before the others, so that those can
    address the items just added.
    """
    data: dict[str, Any] = merge(dict(current), update)
    for top in {key.removeprefix("update__").split("__")[0] for key in flat}:
        if top in data:  # what follows changes lists and objects in place
            data[top] = copy.deepcopy(data[top])
    ordered = sorted(flat, key=lambda key: not key.endswith(f"__{EXTEND}"))
    for key in ordered:
        path = tuple(key.removeprefix("update__").split("__"))
        try:
            _apply_one(data, path, flat[key])
        except UnmatchedKeyError as error:
            raise ValidationError({key: [f"Unmatched key {error}"]}) from None
    return data


def _apply_one(data: dict[str, Any], path: Path, value: Any) -> None:
    if path[-1] == EXTEND and len(path) > 1:
        container, last = resolve(data, path[:-1])
        items = container[last] if isinstance(container, list) else container.get(last)
        if not isinstance(items, list):
            raise UnmatchedKeyError(path[:-1])
        if not isinstance(value, list):
            raise ValidationError({"update__" + "__".join(path): ["Must be a list"]})
        items.extend(value)
        return
    container, last = resolve(data, path)
    old = container[last] if isinstance(container, list) else container.get(last)
    container[last] = merge(old, value)


def merge(old: Any, new: Any) -> Any:
    """Return ``old`` updated: objects merge, lists merge by position, scalars replace."""
    if isinstance(old, dict) and isinstance(new, Mapping):
        merged = dict(old)
        for key, value in new.items():
            merged[key] = merge(old.get(key), value)
        return merged
    if isinstance(old, list) and isinstance(new, list):
        shared = [merge(one, two) for one, two in zip(old, new, strict=False)]
        return [*shared, *new[len(old) :], *old[len(new) :]]
    return new


def keep_only(data: Any, rules: Sequence[str]) -> Any:
    """Return the data without what ``-path`` patterns remove; earlier patterns win."""
    parsed = [(rule[0] == "+", tuple(rule[1:].split("__"))) for rule in rules]
    return _prune(copy.copy(data), parsed, ())


def _prune(data: Any, rules: Sequence[tuple[bool, Path]], path: Path) -> Any:
    if isinstance(data, dict):
        return {
            key: _prune(value, rules, (*path, str(key)))
            for key, value in data.items()
            if _survives(rules, (*path, str(key)), None)
        }
    if isinstance(data, list):
        return [
            _prune(item, rules, (*path, str(index)))
            for index, item in enumerate(data)
            if _survives(rules, (*path, str(index)), item)
        ]
    return data


def _survives(rules: Sequence[tuple[bool, Path]], path: Path, item: Any) -> bool:
    for protects, pattern in rules:
        if _fits(pattern, path, item):
            return protects
        if protects and len(pattern) > len(path) and _fits(pattern[: len(path)], path, item):
            return True  # something inside is protected
    return True


def _fits(pattern: Path, path: Path, item: Any) -> bool:
    if len(pattern) != len(path):
        return False
    for depth, (wanted, word) in enumerate(zip(pattern, path, strict=True)):
        last = depth == len(path) - 1
        by_id = (
            last
            and isinstance(item, dict)
            and len(wanted) >= MIN_ID_PREFIX
            and str(item.get("id", "")).startswith(wanted)
        )
        if wanted not in ("*", word) and not by_id:
            return False
    return True
