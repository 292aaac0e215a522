"""How values are written on pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any, Final

from cytotheca.core.citation.names import parse_names

_UNITS: Final = ("bytes", "kB", "MB", "GB", "TB", "PB")
_STEP: Final = 1000
_DAY_LENGTH: Final = len("2026-03-01")
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)


def format_bytes(size: object) -> str:
    """Return a size as people read it, in decimal units; empty if it is unknown.

    >>> format_bytes(899298)
    '899 kB'
    """
    if isinstance(size, bool) or not isinstance(size, int | float) or size < 0:
        return ""
    value, unit = float(size), 0
    while value >= _STEP - 0.5 and unit < len(_UNITS) - 1:
        value, unit = value / _STEP, unit + 1
    if unit == 0:
        return f"{int(value)} {_UNITS[0] if value != 1 else 'byte'}"
    return f"{value:.1f} {_UNITS[unit]}" if value < 10 else f"{value:.0f} {_UNITS[unit]}"  # noqa: PLR2004


def format_number(value: object) -> str:
    """Return a number with thin spaces between its thousands.

    >>> format_number(1234567).replace(chr(0x202f), "_")
    '1_234_567'
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return f"{value:,}".replace(",", "\u202f")


def format_date(text: str | None, zone: tzinfo = UTC) -> str:
    """Return the day of an ISO time, e.g. ``1 March 2026``; other texts as they are.

    A time without a zone is in UTC; a date alone is the same day everywhere.
    """
    moment = parse_time(text)
    if moment is not None and len(text or "") > _DAY_LENGTH:
        moment = _in_zone(moment, zone)
    if moment is None:
        return text or ""
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def parse_time(text: str | None) -> datetime | None:
    """Return the time of an ISO text, or None."""
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None


def exact_time(text: str | None, zone: tzinfo = UTC) -> str:
    """Return an ISO time to the second, with the zone it is given in."""
    moment = parse_time(text)
    return f"{_in_zone(moment, zone):%Y-%m-%d %H:%M:%S %Z}" if moment else text or ""


def _in_zone(moment: datetime, zone: tzinfo) -> datetime:
    known = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return known.astimezone(zone)


def total_size(dataset: Mapping[str, Any]) -> int:
    """Return the sum of the sizes of a dataset's resources, in bytes."""
    sizes = (resource.get("size") for resource in dataset.get("resources") or ())
    return sum(size for size in sizes if isinstance(size, int))


def formats_of(dataset: Mapping[str, Any]) -> list[str]:
    """Return the formats of a dataset's resources, each once."""
    named = (resource.get("format") for resource in dataset.get("resources") or ())
    return sorted({str(one) for one in named if one})


def list_authors(dataset: Mapping[str, Any]) -> list[str]:
    """Return the names of a dataset's authors, without their identifiers."""
    text = dataset.get("authors") or dataset.get("author") or ""
    return [one.name for one in parse_names(str(text))]


def publication_year(dataset: Mapping[str, Any]) -> str:
    """Return the year a dataset is cited with."""
    return str(dataset.get("metadata_created") or "")[:4]


def join_names(names: Sequence[str], most: int = 4) -> str:
    """Return names as a row, cut after a few."""
    shown = ", ".join(names[:most])
    return f"{shown} et al." if len(names) > most else shown
