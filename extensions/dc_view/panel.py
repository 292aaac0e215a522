"""The tables of a measurement's metadata, from a resource's ``dc:…`` and ``sp:…`` keys."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from cytotheca.extensions.dc_view.media import medium_name

Resource = Mapping[str, Any]

MEASUREMENT, SUPPLEMENT = "dc", "sp"
FIRST_SECTIONS = ("experiment", "pipeline", "setup", "imaging", "fluorescence")
TITLES = {
    "experiment": "Experiment",
    "pipeline": "Pipeline",
    "setup": "Setup",
    "imaging": "Imaging",
    "fluorescence": "Fluorescence",
    "fmt_tdms": "tdms format",
    "online_contour": "Online contour",
    "online_filter": "Online filter",
    "qpi": "Quantitative phase imaging",
    "user": "Keys of the user",
}
# Shorter than, or different from, what the field's own definitions say.
LABELS = {
    "dc:experiment:sample": "Sample name",
    "dc:setup:channel width": "Channel width",
    "dc:setup:module composition": "Modules used",
    "dc:setup:software version": "Software",
}
_FORMAT_HINT = re.compile(r"\s*\('[^']*'\)")
_UNIT = re.compile(r"\s*\[(?P<unit>[^\]]+)\]\.?\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A value as shown; ``key`` is its name in the API, ``raw`` the stored value."""

    label: str
    value: str
    unit: str
    key: str
    raw: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The values of one section."""

    title: str
    rows: Sequence[Row]


def list_tables(resource: Resource, supplements: Mapping[str, Any] | None = None) -> list[Table]:
    """Return a table for each section, the usual ones first, then the supplements.

    ``supplements`` are the descriptions that ``resource_schema_supplements`` gives.
    """
    described = supplements or {}
    titles = {section: one["name"] for section, one in described.items()}
    items = {
        f"{SUPPLEMENT}:{section}:{item['key']}": item
        for section, one in described.items()
        for item in one["items"]
    }
    return [
        *_tables_of(resource, MEASUREMENT, TITLES, {}),
        *_tables_of(resource, SUPPLEMENT, titles, items),
    ]


def as_tsv(tables: Sequence[Table]) -> str:
    """Return the metadata as lines of key, value and unit."""
    lines = ["key\tvalue\tunit"]
    lines += [f"{row.key}\t{_flat(row.raw)}\t{row.unit}" for table in tables for row in table.rows]
    return "\n".join(lines)


def as_json(tables: Sequence[Table]) -> str:
    """Return the metadata as one JSON object, by key."""
    values = {row.key: row.raw for table in tables for row in table.rows}
    return json.dumps(values, indent=2, ensure_ascii=False)


def make_row(key: str, value: Any, item: Mapping[str, Any] | None = None) -> Row:
    """Return a key and its value as shown; ``item`` describes a key of a supplement.

    >>> make_row("dc:experiment:sample", "beads").label
    'Sample name'
    """
    if item is not None:
        return Row(
            label=item["name"],
            value=format_value(value),
            unit=item.get("unit") or "",
            key=key,
            raw=value,
        )
    kind, section, name = split_key(key)
    known = _description(section, name) if kind == MEASUREMENT else _plain(name)
    description = _FORMAT_HINT.sub("", known)
    found = _UNIT.search(description)
    label = _UNIT.sub("", description) if found else description
    return Row(
        label=LABELS.get(key, label),
        value=format_value(medium_name(value) if key == "dc:setup:medium" else value),
        unit=found["unit"] if found else "",
        key=key,
        raw=value,
    )


def format_value(value: Any) -> str:
    """Return a value as shown: four significant digits, whole numbers in full.

    >>> [format_value(one) for one in (0.0400001, 234567, True, [1.0, 2.5])]
    ['0.04', '234567', 'true', '1, 2.5']
    """
    if isinstance(value, bool):
        return "true" if value else "false"  # "no" would puzzle below "Do not …"
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() and abs(value) < 1e9 else f"{value:.4g}"  # noqa: PLR2004
    if isinstance(value, list):
        return ", ".join(format_value(one) for one in value)
    return str(value)


def split_key(key: str) -> tuple[str, str, str]:
    """Return kind, section and name of a composite key.

    >>> split_key("dc:setup:channel width")
    ('dc', 'setup', 'channel width')
    """
    kind, _, rest = key.partition(":")
    section, _, name = rest.partition(":")
    return kind, section, name


def _tables_of(
    resource: Resource, kind: str, titles: Mapping[str, str], items: Mapping[str, Any]
) -> Iterator[Table]:
    sections: dict[str, list[Row]] = {}
    for key, value in resource.items():
        if key.startswith(f"{kind}:") and key.count(":") > 1 and value not in (None, ""):
            sections.setdefault(split_key(key)[1], []).append(make_row(key, value, items.get(key)))
    ranks = {name: rank for rank, name in enumerate(FIRST_SECTIONS)}
    for name in sorted(sections, key=lambda one: (ranks.get(one, len(ranks)), one)):
        rows = sorted(sections[name], key=lambda row: row.label.lower())
        yield Table(title=titles.get(name) or _plain(name), rows=rows)


def _description(section: str, name: str) -> str:
    """Return what the field's definitions say of a key; an unknown one describes itself."""
    return _descriptions().get((section, name)) or _plain(name)


def _plain(name: str) -> str:
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def _flat(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else str(value)
    return " ".join(text.split())


@cache
def _descriptions() -> Mapping[tuple[str, str], str]:
    # dclab takes two seconds to load, which commands without pages need not wait for
    from dclab.definitions import CFG_METADATA  # noqa: PLC0415

    return {(section, key): text for section, keys in CFG_METADATA.items() for key, _, text in keys}
