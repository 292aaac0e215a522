"""Who made a dataset: names of people and institutions, read from one line of text.

``Ada Lovelace, Ludwig van Beethoven`` are two people. A text with semicolons holds
names of the form ``Family, Given``, and no name but those is split at its comma.
Behind a name may stand its identifier: ``Ada Lovelace (0000-0002-1825-0097)``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from nameparser import HumanName

_WITH_IDENTIFIER: Final = re.compile(r"(?P<name>.*\S)\s*[(\[](?P<identifier>\S+)[)\]]")
_ORCID: Final = re.compile(
    r"(?:https?://orcid\.org/|orcid:)?((?:\d{4}-){3}\d{3}[\dX])", re.IGNORECASE
)
_ROR: Final = re.compile(r"(?:https?://)?ror\.org/(0[a-z0-9]{6}\d{2})", re.IGNORECASE)
_COMMA_OUTSIDE: Final = re.compile(r",(?![^(\[]*[)\]])")
_OF_INSTITUTIONS: Final = (
    *("institut", "universit", "hochschule", "laborator", "labor", "college", "academy"),
    *("akademie", "foundation", "stiftung", "consortium", "collaboration", "society"),
    *("gesellschaft", "hospital", "klinik", "clinic", "department", "council", "agency"),
    *("association", "company", "gmbh", "centre", "zentrum", "ministry", "museum", "team"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Affiliation:
    """Where somebody works; ``ror`` is the address of its entry there, if known."""

    name: str
    ror: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Creator:
    """A person with ``family`` name, or an institution, which has none.

    ``identifier`` is the address of the person's ORCID or the institution's ROR.
    """

    name: str
    family: str = ""
    given: str = ""
    identifier: str = ""
    affiliations: tuple[Affiliation, ...] = ()

    @property
    def is_person(self) -> bool:
        """Whether this is one human being."""
        return bool(self.family)

    @property
    def sorted_name(self) -> str:
        """The name as bibliographies sort it: ``Family, Given``."""
        return f"{self.family}, {self.given}" if self.family and self.given else self.name


def parse_names(text: str) -> tuple[Creator, ...]:
    """Return the creators that a line of text names.

    >>> [one.family for one in parse_names("Ada Lovelace, Ludwig van Beethoven")]
    ['Lovelace', 'van Beethoven']
    """
    return tuple(_creator(one) for one in split_names(text))


def split_names(text: str) -> Iterator[str]:
    """Yield the names in a line of text, as they stand there."""
    parts = text.split(";") if ";" in text else _COMMA_OUTSIDE.split(text)
    yield from (" ".join(part.split()) for part in parts if part.strip())


def orcid_url(text: str) -> str:
    """Return the address of an ORCID in any spelling, or nothing."""
    found = _ORCID.fullmatch(text.strip())
    return f"https://orcid.org/{found[1].upper()}" if found else ""


def ror_url(text: str) -> str:
    """Return the address of a ROR in any spelling, or nothing."""
    found = _ROR.fullmatch(text.strip())
    return f"https://ror.org/{found[1].lower()}" if found else ""


def _creator(text: str) -> Creator:
    name, orcid, ror = text, "", ""
    found = _WITH_IDENTIFIER.fullmatch(text)
    if found:
        orcid, ror = orcid_url(found["identifier"]), ror_url(found["identifier"])
        name = found["name"] if orcid or ror else text
    if ror or (not orcid and names_institution(name)):
        return Creator(name=name, identifier=ror)
    return person(name, identifier=orcid)


def person(name: str, *, identifier: str = "") -> Creator:
    """Return a person by a name in either order."""
    family, comma, given = (part.strip() for part in name.partition(","))
    if comma and family and given:
        return Creator(name=f"{given} {family}", family=family, given=given, identifier=identifier)
    parsed = HumanName(name)
    family = parsed.last or name
    given = " ".join(part for part in (parsed.first, parsed.middle) if part) if parsed.last else ""
    return Creator(name=name, family=family, given=given, identifier=identifier)


def names_institution(name: str) -> bool:
    """Tell whether a name holds a word that institutions have in theirs."""
    return any(word.startswith(_OF_INSTITUTIONS) for word in name.lower().replace("-", " ").split())
