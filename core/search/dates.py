"""Dates as Solr writes them: ISO 8601, ``NOW``, and arithmetic behind either."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

from dateutil.parser import isoparse
from dateutil.relativedelta import relativedelta

_MATH: Final = re.compile(r"(?P<round>/[A-Z]+)|(?P<sign>[+-])(?P<amount>\d{1,9})(?P<unit>[A-Z]+)")
_BASE: Final = re.compile(r"NOW|[\d:.T-]+(?:Z|[+-]\d{2}:?\d{2})?|\d{4}[\d-]*")
_PARTIAL: Final = {4: "YEAR", 7: "MONTH", 10: "DAY"}
_UNITS: Final = ("YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND", "MILLISECOND")
_ALIASES: Final = {"MILLI": "MILLISECOND", "DATE": "DAY"}
_FLOOR: Final = {"month": 1, "day": 1, "hour": 0, "minute": 0, "second": 0, "microsecond": 0}
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = relativedelta(microseconds=1)


class BadDate(ValueError):
    """A text that is no date."""


def parse_period(text: str, now: datetime) -> tuple[datetime, datetime]:
    """Return the first and the last instant that ``text`` names.

    A full time names one instant; ``2026``, ``2026-01`` and ``2026-01-31``
    name a whole year, month or day. Raises ``BadDate``.
    """
    text = text.strip()
    base = _BASE.match(text)
    if base is None:
        raise BadDate(text)
    try:
        start = now if base[0] == "NOW" else _as_utc(isoparse(base[0]))
        moment = _apply_math(start, text[base.end() :])
        unit = _PARTIAL.get(len(text)) if base[0] == text else None
        last = moment if unit is None or base[0] == "NOW" else _end_of(moment, unit)
    except (ValueError, OverflowError, KeyError) as error:
        raise BadDate(text) from error
    return moment, last


def to_microseconds(moment: datetime) -> int:
    """Return the microseconds since 1970; naive times are UTC."""
    delta = _as_utc(moment) - EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def _as_utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _end_of(moment: datetime, unit: str) -> datetime:
    return moment + _step(unit, 1) - MICROSECOND


def _apply_math(moment: datetime, math: str) -> datetime:
    position = 0
    for step in _MATH.finditer(math):
        if step.start() != position:
            raise BadDate(math)
        position = step.end()
        if step["round"]:
            moment = _round_down(moment, _unit(step["round"][1:]))
        else:
            amount = int(step["sign"] + step["amount"])
            moment = moment + _step(_unit(step["unit"]), amount)
    if position != len(math):
        raise BadDate(math)
    return moment


def _unit(text: str) -> str:
    unit = _ALIASES.get(text.removesuffix("S"), text.removesuffix("S"))
    if unit not in _UNITS:
        raise BadDate(text)
    return unit


def _step(unit: str, amount: int) -> relativedelta:
    if unit == "MILLISECOND":
        return relativedelta(microseconds=1000 * amount)
    return relativedelta(**{f"{unit.lower()}s": amount})  # type: ignore[arg-type]  # no dates


def _round_down(moment: datetime, unit: str) -> datetime:
    if unit == "MILLISECOND":
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    smaller = [name.lower() for name in _UNITS[_UNITS.index(unit) + 1 : -1]]
    floors = {name: _FLOOR[name] for name in [*smaller, "microsecond"]}
    return moment.replace(**floors)  # type: ignore[arg-type]  # no tzinfo among them
