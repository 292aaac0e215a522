"""Which bytes of an object a request gets: ranges and conditions (RFC 9110).

Werkzeug's own range type refuses a suffix longer than the file and reads
``bytes=-0`` as the whole file, so ranges are parsed here; entity tags and
dates are Werkzeug's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from werkzeug.http import parse_date, parse_etags

CONDITION_HEADERS = (
    "If-Match",
    "If-Modified-Since",
    "If-None-Match",
    "If-Range",
    "If-Unmodified-Since",
    "Range",
)

_SPEC = re.compile(r"(\d*)-(\d*)", re.ASCII)
_MAX_DIGITS = 19  # more than any file has; int() of endless digits is slow


class Verdict(StrEnum):
    """What to answer."""

    WHOLE = "whole"
    PART = "part"
    NOT_MODIFIED = "not modified"
    PRECONDITION_FAILED = "precondition failed"
    UNSATISFIABLE = "unsatisfiable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The verdict, and the bytes ``[start, stop)`` it is about."""

    verdict: Verdict
    start: int = 0
    stop: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Representation:
    """What conditions are compared with: unquoted strong ETag, time and size."""

    etag: str
    modified: datetime
    size_bytes: int


def select_bytes(headers: Mapping[str, str], current: Representation) -> Selection:
    """Return what a GET or HEAD with these ``CONDITION_HEADERS`` gets of an object.

    Preconditions come first, in the order of RFC 9110 §13.2.2; a range counts
    only if they let the request pass.
    """
    if _precondition_failed(headers, current):
        return Selection(verdict=Verdict.PRECONDITION_FAILED)
    if _not_modified(headers, current):
        return Selection(verdict=Verdict.NOT_MODIFIED)
    wanted = headers.get("Range")
    if wanted is not None and _range_applies(headers.get("If-Range"), current):
        return parse_range(wanted, current.size_bytes)
    return _whole(current.size_bytes)


def parse_range(value: str, size_bytes: int) -> Selection:
    """Return the bytes a ``Range`` header asks for.

    Other units, malformed values and several ranges give the whole object,
    which RFC 9110 §14.2 allows; a range outside it is unsatisfiable.
    """
    unit, equals, spec = value.partition("=")
    match = _SPEC.fullmatch(spec.strip())
    if unit.strip().lower() != "bytes" or not equals or match is None:
        return _whole(size_bytes)
    first, last = match.groups()
    if max(len(first), len(last)) > _MAX_DIGITS or not (first or last):
        return _whole(size_bytes)
    if first and last and int(last) < int(first):
        return _whole(size_bytes)
    if first:
        start, stop = int(first), min(int(last) + 1, size_bytes) if last else size_bytes
    else:
        start, stop = max(size_bytes - int(last), 0), size_bytes
    if start >= stop:
        return Selection(verdict=Verdict.UNSATISFIABLE)
    return Selection(verdict=Verdict.PART, start=start, stop=stop)


def content_range(selection: Selection, size_bytes: int) -> str:
    """Return the ``Content-Range`` of a part, or of an unsatisfiable range."""
    if selection.verdict is Verdict.UNSATISFIABLE:
        return f"bytes */{size_bytes}"
    return f"bytes {selection.start}-{selection.stop - 1}/{size_bytes}"


def _whole(size_bytes: int) -> Selection:
    return Selection(verdict=Verdict.WHOLE, stop=size_bytes)


def _precondition_failed(headers: Mapping[str, str], current: Representation) -> bool:
    if (if_match := headers.get("If-Match")) is not None:
        return not parse_etags(if_match).contains(current.etag)
    since = parse_date(headers.get("If-Unmodified-Since"))
    return since is not None and _seconds(current.modified) > since


def _not_modified(headers: Mapping[str, str], current: Representation) -> bool:
    if (if_none_match := headers.get("If-None-Match")) is not None:
        return parse_etags(if_none_match).contains_weak(current.etag)
    since = parse_date(headers.get("If-Modified-Since"))
    return since is not None and _seconds(current.modified) <= since


def _range_applies(if_range: str | None, current: Representation) -> bool:
    if if_range is None:
        return True
    if '"' in if_range:
        return if_range.strip() == f'"{current.etag}"'  # a weak tag never matches
    return parse_date(if_range) == _seconds(current.modified)


def _seconds(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)  # HTTP dates know no fractions
