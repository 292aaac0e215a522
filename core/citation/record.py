"""What there is to say of a dataset, apart from the format in which it is said."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote

import nh3

from cytotheca.core.citation.names import (
    Affiliation,
    Creator,
    orcid_url,
    parse_names,
    person,
    ror_url,
)
from cytotheca.core.domain.markdown import plain_excerpt
from cytotheca.core.domain.references import doi_url, list_references

Dataset = Mapping[str, Any]
MAX_DESCRIPTION: Final = 5000
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What the files of a dataset are together; days of measuring as ISO dates."""

    count: int = 0
    size_bytes: int = 0
    formats: tuple[str, ...] = ()
    first_day: str = ""
    last_day: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Funder:
    """Who paid, and by which grant."""

    name: str
    ror: str = ""
    award: str = ""
    award_title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """Another work, by identifier: a DOI, an arXiv number or an address."""

    identifier: str
    kind: str
    relation: str = "References"


@dataclass(frozen=True, slots=True, kw_only=True)
class Citable:
    """A dataset as it is cited. Texts have no control characters; times are ISO texts.

    ``url`` is the address that does not change, ``doi`` is empty where none was registered.
    """

    id: str
    name: str
    url: str
    title: str
    creators: tuple[Creator, ...]
    publisher: str
    published: str
    modified: str
    doi: str = ""
    version: str = ""
    description: str = ""
    circle: str = ""
    license_id: str = ""
    license_title: str = ""
    license_url: str = ""
    keywords: tuple[str, ...] = ()
    funders: tuple[Funder, ...] = ()
    related: tuple[Related, ...] = ()
    totals: Totals = Totals()

    @property
    def year(self) -> str:
        """The year of publication."""
        return self.published[:4]

    @property
    def identifier(self) -> str:
        """The address that leads to the dataset for ever: of its DOI, or else its own."""
        return doi_url(self.doi) if self.doi else self.url

    @property
    def key(self) -> str:
        """A word for bibliographies, e.g. ``lovelace2026beads``."""
        first = self.creators[0] if self.creators else None
        words = ((first.family or first.name) if first else "dataset", self.year, self.name)
        return "".join(char for char in "".join(words).lower() if char.isascii() and char.isalnum())


def citable(  # noqa: PLR0913 - the parts of a record
    dataset: Dataset,
    *,
    site_url: str,
    site_title: str,
    published: str = "",
    version: str = "",
    totals: Totals = Totals(),
) -> Citable:
    """Return the record of a dataset as ``package_show`` gives it.

    ``published`` and ``version`` are those of its first and newest publication,
    which count unless the dataset says itself which version it is.
    """
    fields = {**_extras(dataset), **{key: dataset[key] for key in dataset if dataset[key]}}
    circle = dataset.get("organization") or {}
    created = published or str(dataset.get("metadata_created") or "")
    return Citable(
        id=dataset["id"],
        name=dataset["name"],
        url=f"{site_url}/{dataset['id']}",
        title=clean(dataset.get("title") or dataset["name"]),
        creators=_creators(fields, circle),
        publisher=clean(site_title),
        published=created,
        modified=str(dataset.get("metadata_modified") or created),
        doi=clean(fields.get("doi")).removeprefix("doi:").strip(),
        version=clean(fields.get("version") or version),
        description=plain_text(dataset.get("notes")),
        circle=clean(circle.get("title") or circle.get("name")),
        license_id=clean(dataset.get("license_id")),
        license_title=clean(dataset.get("license_title")),
        license_url=clean(dataset.get("license_url")),
        keywords=tuple(clean(tag["name"]) for tag in dataset.get("tags") or ()),
        funders=tuple(_funders(fields)),
        related=tuple(_related(fields)),
        totals=totals,
    )


def clean(text: object) -> str:
    """Return a text on one line, without what XML and line formats cannot hold."""
    return " ".join(_NOT_XML.sub("", str(text or "")).split())


def plain_text(notes: str | None) -> str:
    """Return a Markdown text as words, without marks and without HTML."""
    words = plain_excerpt(notes, MAX_DESCRIPTION)
    return clean(html.unescape(nh3.clean(words, tags=set())))


def _extras(dataset: Dataset) -> dict[str, Any]:
    return {one["key"]: one.get("value") for one in dataset.get("extras") or () if one.get("value")}


def _creators(fields: Dataset, circle: Dataset) -> tuple[Creator, ...]:
    """Return the creators: as listed one by one, as named in a line, or else the circle."""
    listed = tuple(one for item in _items(fields, "creators") if (one := _listed_creator(item)))
    named = parse_names(clean(fields.get("authors") or fields.get("author")))
    name = clean(circle.get("title") or circle.get("name"))
    return listed or named or ((Creator(name=name),) if name else ())


def _listed_creator(item: Mapping[str, Any]) -> Creator | None:
    """Return a creator that is described as DataCite does."""
    family, given = clean(item.get("familyName")), clean(item.get("givenName"))
    name = clean(item.get("name"))
    identifiers = [clean(one.get("nameIdentifier")) for one in _items(item, "nameIdentifiers")]
    identifier = next((url for one in identifiers if (url := orcid_url(one) or ror_url(one))), "")
    affiliations = tuple(
        Affiliation(name=clean(one["name"]), ror=ror_url(clean(one.get("affiliationIdentifier"))))
        for one in _items(item, "affiliation")
        if clean(one.get("name"))
    )
    if item.get("nameType") == "Organizational" and name:
        return Creator(name=name, identifier=identifier, affiliations=affiliations)
    if not family and not name:
        return None
    known = person(name) if not family else None
    return Creator(
        name=known.name if known else f"{given} {family}".strip(),
        family=known.family if known else family,
        given=known.given if known else given,
        identifier=identifier,
        affiliations=affiliations,
    )


def _funders(fields: Dataset) -> Sequence[Funder]:
    return [
        Funder(
            name=clean(one["funderName"]),
            ror=ror_url(clean(one.get("funderIdentifier"))),
            award=clean(one.get("awardNumber")),
            award_title=clean(one.get("awardTitle")),
        )
        for one in _items(fields, "fundingReferences")
        if clean(one.get("funderName"))
    ]


def _related(fields: Dataset) -> Sequence[Related]:
    found = []
    for one in list_references(clean(fields.get("references"))):
        if one.url.startswith("https://doi.org/"):
            doi = unquote(one.url.removeprefix("https://doi.org/"))
            found.append(Related(identifier=doi, kind="DOI"))
        elif one.url.startswith("https://arxiv.org/"):
            found.append(Related(identifier=one.text, kind="arXiv"))
        elif one.url:
            found.append(Related(identifier=one.url, kind="URL"))
    return found


def _items(fields: Mapping[str, Any], key: str) -> Sequence[Mapping[str, Any]]:
    """Return the objects of a list, or of its JSON text; nothing if it is something else."""
    value = fields.get(key)
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return []
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []
