"""Questions of the OAI-PMH protocol, version 2.0: what they say, and what is wrong with them."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from werkzeug.datastructures import MultiDict

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_SECOND: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", re.ASCII)
_LISTING: Final = frozenset({"from", "until", "set", "metadataPrefix", "resumptionToken"})
_TOKENS: Final = frozenset({"ListIdentifiers", "ListRecords", "ListSets"})

ARGUMENTS: Final[Mapping[str, frozenset[str]]] = {
    "Identify": frozenset(),
    "ListMetadataFormats": frozenset({"identifier"}),
    "ListSets": frozenset({"resumptionToken"}),
    "ListIdentifiers": _LISTING,
    "ListRecords": _LISTING,
    "GetRecord": frozenset({"identifier", "metadataPrefix"}),
}
"""Verb → arguments that it takes."""

REQUIRED: Final[Mapping[str, frozenset[str]]] = {
    "ListIdentifiers": frozenset({"metadataPrefix"}),
    "ListRecords": frozenset({"metadataPrefix"}),
    "GetRecord": ARGUMENTS["GetRecord"],
}


class OaiError(Exception):
    """A refusal in the protocol's own words: ``code`` is one of its eight."""

    def __init__(self, code: str, text: str) -> None:
        self.code = code
        super().__init__(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """A listing: what is wanted, and how far it has come.

    ``after`` and ``last`` are numbers of ``dataset_changes``; ``done`` counts the
    records given so far, of ``size`` in all. All of it is in the resumption token:
    the server keeps nothing.
    """

    prefix: str
    since: str = ""
    until: str = ""
    set: str = ""
    after: int = 0
    last: int | None = None
    done: int = 0
    size: int = 0


def check_arguments(args: MultiDict[str, str]) -> dict[str, str]:
    """Return the arguments of a question. Raises ``OaiError`` for those that are not legal."""
    verbs = args.getlist("verb")
    if len(verbs) != 1 or verbs[0] not in ARGUMENTS:
        raise OaiError("badVerb", "The verb is missing, repeated, or none of the protocol.")
    verb = verbs[0]
    allowed = ARGUMENTS[verb] | {"verb"}
    if any(key not in allowed or len(values) != 1 for key, values in args.lists()):
        raise OaiError("badArgument", f"{verb} does not take these arguments, or not twice.")
    given = {key: value for key, value in args.items() if key != "verb"}
    if not all(value.isprintable() for value in given.values()):
        raise OaiError("badArgument", "An argument has characters that cannot be meant.")
    if "resumptionToken" in given:
        if len(given) > 1:
            raise OaiError("badArgument", "A resumptionToken must stand alone.")
    elif REQUIRED.get(verb, frozenset()) - set(given):
        raise OaiError("badArgument", f"{verb} needs more arguments.")
    return {"verb": verb, **given}


def read_walk(args: Mapping[str, str]) -> Walk:
    """Return the listing that a question begins or goes on with."""
    token = args.get("resumptionToken")
    if token is not None:
        return _from_token(token)
    first, last = args.get("from", ""), args.get("until", "")
    if first and last and len(first) != len(last):
        raise OaiError("badArgument", "from and until must be of the same granularity.")
    since, until = parse_date(first), parse_date(last, is_end=True)
    if since and until and since >= until:
        raise OaiError("badArgument", "until is before from.")
    return Walk(
        prefix=args["metadataPrefix"],
        since=since.isoformat() if since else "",
        until=until.isoformat() if until else "",
        set=args.get("set", ""),
    )


def parse_date(text: str, *, is_end: bool = False) -> datetime | None:
    """Return a day or second; as an end, the moment behind it. Raises ``OaiError``."""
    if not text:
        return None
    is_day = _DAY.fullmatch(text) is not None
    if not is_day and _SECOND.fullmatch(text) is None:
        raise OaiError("badArgument", "A date must be like 2026-03-01 or 2026-03-01T12:00:00Z.")
    try:
        time = datetime.fromisoformat(text).replace(tzinfo=UTC)
        return time + (timedelta(days=1) if is_day else timedelta(seconds=1)) if is_end else time
    except (ValueError, OverflowError):
        raise OaiError("badArgument", "There is no such date.") from None


def write_token(walk: Walk) -> str:
    """Return the resumption token of a listing."""
    text = json.dumps(asdict(walk), separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _from_token(token: str) -> Walk:
    """Return the listing in a token; anybody can write one, and gets no more than by asking."""
    try:
        data = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        texts = [data[key] for key in ("prefix", "since", "until", "set")]
        numbers = [data[key] for key in ("after", "last", "done", "size")]
        for date in (data["since"], data["until"]):
            datetime.fromisoformat(date or "2026-01-01")
    except (ValueError, KeyError, TypeError):
        raise OaiError("badResumptionToken", "This is not a token of ours.") from None
    are_numbers = all(type(one) is int and 0 <= one < 2**31 for one in numbers)
    if (
        not are_numbers
        or not all(isinstance(one, str) for one in texts)
        or len(data) != len(texts + numbers)
    ):
        raise OaiError("badResumptionToken", "This is not a token of ours.")
    return Walk(**data)
