"""A dataset as a research object crate: its metadata, with the files at their addresses.

Source: RO-Crate 1.1, https://w3id.org/ro/crate/1.1 (root data entity, web-based data
entities, people and organisations as contextual entities).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from cytotheca.core.citation.names import Creator
from cytotheca.core.citation.record import Citable

FILE_NAME: Final = "ro-crate-metadata.json"
MEDIA_TYPE: Final = "application/ld+json"
PROFILE: Final = "https://w3id.org/ro/crate/1.1"
ROOT: Final = "./"
_URI: Final = "%:/?#[]@!$&'()*+,;=~"

Entity = dict[str, Any]


def describe_crate(
    record: Citable, resources: Sequence[Mapping[str, Any]], *, page_url: str
) -> dict[str, Any]:
    """Return the JSON-LD of a crate; every entity stands once, by its ``@id``."""
    files = _files(resources)
    people, affiliations = _people(record.creators)
    circle = _organization(record.circle) if record.circle else None
    publisher = _organization(record.publisher)
    root: Entity = {
        "@id": ROOT,
        "@type": "Dataset",
        "identifier": record.identifier,
        "url": page_url,
        "name": record.title,
        "description": record.description or record.title,
        "datePublished": record.published or record.modified,
        "dateModified": record.modified,
        "version": record.version,
        "keywords": ", ".join(record.keywords),
        "license": _to(record.license_url) if record.license_url else record.license_id,
        "author": [_to(one["@id"]) for one in people],
        "publisher": _to(publisher["@id"]),
        "sourceOrganization": _to(circle["@id"]) if circle else None,
        "funder": [_to(_organization(one.name, one.ror)["@id"]) for one in record.funders],
        "hasPart": [_to(one["@id"]) for one in files],
    }
    others = [
        *files,
        *people,
        *affiliations,
        publisher,
        *([circle] if circle else ()),
        *(_organization(one.name, one.ror) for one in record.funders),
        *_license(record),
    ]
    unique = {one["@id"]: one for one in [_descriptor(), _kept(root), *others]}
    return {"@context": f"{PROFILE}/context", "@graph": list(unique.values())}


def _descriptor() -> Entity:
    return {
        "@id": FILE_NAME,
        "@type": "CreativeWork",
        "conformsTo": _to(PROFILE),
        "about": _to(ROOT),
    }


def _files(resources: Sequence[Mapping[str, Any]]) -> list[Entity]:
    """Return the files; of several at one address each keeps an ``@id`` of its own."""
    found: dict[str, Entity] = {}
    for one in resources:
        address = quote(str(one.get("url") or ""), safe=_URI)
        if address:
            unique = f"{address}#{one['id']}" if address in found else address
            found[unique] = _file(one, unique)
    return list(found.values())


def _file(resource: Mapping[str, Any], address: str) -> Entity:
    size = resource.get("size")
    return _kept(
        {
            "@id": address,
            "@type": "File",
            "name": resource.get("name"),
            "description": resource.get("description"),
            "encodingFormat": resource.get("mimetype") or resource.get("format"),
            "contentSize": str(size) if isinstance(size, int) else None,
            "sha256": resource.get("sha256"),
        }
    )


def _people(creators: Sequence[Creator]) -> tuple[list[Entity], list[Entity]]:
    """Return the authors in their order, and where they work."""
    people, affiliations = [], []
    for number, creator in enumerate(creators, 1):
        places = [_organization(one.name, one.ror) for one in creator.affiliations]
        affiliations += places
        people.append(
            _kept(
                {
                    "@id": creator.identifier or f"#author-{number}",
                    "@type": "Person" if creator.is_person else "Organization",
                    "name": creator.name,
                    "givenName": creator.given,
                    "familyName": creator.family,
                    "affiliation": [_to(one["@id"]) for one in places],
                }
            )
        )
    return people, affiliations


def _organization(name: str, ror: str = "") -> Entity:
    slug = "-".join(name.lower().split())
    return {"@id": ror or f"#organization-{slug}", "@type": "Organization", "name": name}


def _license(record: Citable) -> list[Entity]:
    if not record.license_url:
        return []
    name = record.license_id or record.license_url
    return [{"@id": record.license_url, "@type": "CreativeWork", "name": name}]


def _to(entity_id: str) -> dict[str, str]:
    return {"@id": entity_id}


def _kept(values: Mapping[str, Any]) -> Entity:
    return {key: value for key, value in values.items() if value not in (None, "", [])}
