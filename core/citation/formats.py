"""The formats in which a dataset can be cited, by the last word of their address."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from cytotheca.core.citation import bibliography, datacite
from cytotheca.core.citation.record import Citable


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A format: its title for people, its media type, and what writes it.

    Those that describe a dataset, and do not only cite it, are named to harvesters.
    """

    title: str
    media_type: str
    suffix: str
    write: Callable[[Citable], str]
    describes: bool = True


FORMATS: Final[Mapping[str, Format]] = {
    "bibtex": Format(
        title="BibTeX",
        media_type="application/x-bibtex",
        suffix="bib",
        write=bibliography.as_bibtex,
    ),
    "ris": Format(
        title="RIS",
        media_type="application/x-research-info-systems",
        suffix="ris",
        write=bibliography.as_ris,
    ),
    "csl": Format(
        title="CSL-JSON",
        media_type="application/vnd.citationstyles.csl+json",
        suffix="csl.json",
        write=bibliography.as_csl,
    ),
    "datacite.xml": Format(
        title="DataCite XML",
        media_type="application/vnd.datacite.datacite+xml",
        suffix="datacite.xml",
        write=datacite.as_xml,
    ),
    "datacite.json": Format(
        title="DataCite JSON",
        media_type="application/vnd.datacite.datacite+json",
        suffix="datacite.json",
        write=datacite.as_json,
    ),
    "text": Format(
        title="Text",
        media_type="text/plain",
        suffix="txt",
        write=bibliography.as_text,
        describes=False,
    ),
}

RDF_TYPES: Final[Mapping[str, str]] = {
    "ttl": "text/turtle",
    "xml": "application/rdf+xml",
    "jsonld": "application/ld+json",
    "n3": "text/n3",
    "rdf": "application/rdf+xml",
}
"""Ending of an address → media type of a description in RDF."""


def negotiated_path(best: str | None) -> str:
    """Return what an address ends with that answers in the media type ``best``.

    Empty for types that are not ours: the page itself is the answer.
    """
    for ending, media_type in RDF_TYPES.items():
        if best == media_type:
            return f".{ending}"
    return next(
        (
            f"/cite/{name}"
            for name, one in FORMATS.items()
            if best == one.media_type and one.describes
        ),
        "",
    )


def catalog_path(best: str | None) -> str:
    """Return the address of the catalogue in the media type ``best``, or nothing."""
    path = negotiated_path(best)
    return f"/catalog{path}" if path.startswith(".") else ""


OFFERED: Final = (
    "text/html",
    "application/xhtml+xml",
    "application/json",
    *dict.fromkeys(RDF_TYPES.values()),
    *(one.media_type for one in FORMATS.values() if one.describes),
)
"""What a dataset's address offers, best first: pages for those who take anything."""
