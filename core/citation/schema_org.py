"""A dataset as schema.org describes it, for search engines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from cytotheca.core.citation.names import Creator
from cytotheca.core.citation.record import Citable

MOST_FILES: Final = 50
Resource = Mapping[str, Any]


def describe(
    record: Citable, *, resources: Sequence[Resource], page_url: str, site_url: str
) -> dict[str, Any]:
    """Return the JSON-LD of a public dataset and its first files."""
    described: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": record.identifier,
        "identifier": record.identifier,
        "url": page_url,
        "sameAs": record.url if record.doi else None,
        "name": record.title,
        "description": record.description,
        "creator": [_creator(one) for one in record.creators],
        "keywords": list(record.keywords),
        "license": record.license_url or record.license_id,
        "version": record.version,
        "datePublished": record.published,
        "dateModified": record.modified,
        "temporalCoverage": _period(record),
        "size": f"{record.totals.size_bytes} B" if record.totals.size_bytes else None,
        "publisher": _organization(record.circle or record.publisher),
        "funder": [_organization(one.name, one.ror) for one in record.funders],
        "citation": [one.identifier for one in record.related],
        "includedInDataCatalog": {
            "@type": "DataCatalog",
            "name": record.publisher,
            "url": site_url,
        },
        "isAccessibleForFree": True,
        "distribution": [_download(one) for one in resources[:MOST_FILES]],
    }
    return _kept(described)


def _creator(creator: Creator) -> dict[str, Any]:
    return _kept(
        {
            "@type": "Person" if creator.is_person else "Organization",
            "@id": creator.identifier,
            "name": creator.name,
            "givenName": creator.given,
            "familyName": creator.family,
            "affiliation": [_organization(one.name, one.ror) for one in creator.affiliations],
        }
    )


def _organization(name: str, ror: str = "") -> dict[str, Any]:
    return _kept({"@type": "Organization", "@id": ror, "name": name})


def _period(record: Citable) -> str:
    first, last = record.totals.first_day, record.totals.last_day
    return first if first == last else f"{first}/{last}"


def _download(resource: Resource) -> dict[str, Any]:
    size = resource.get("size")
    return _kept(
        {
            "@type": "DataDownload",
            "name": resource.get("name"),
            "contentUrl": resource.get("url"),
            "encodingFormat": resource.get("mimetype") or resource.get("format"),
            "contentSize": f"{size} B" if isinstance(size, int) else None,
            "sha256": resource.get("sha256"),
        }
    )


def _kept(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in (None, "", [])}
