"""DataCite metadata, as JSON and as XML; schema 4.5 in the common namespace of all 4.x."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from lxml import etree

from cytotheca.core.citation.names import Creator
from cytotheca.core.citation.record import Citable, Funder

NAMESPACE: Final = "http://datacite.org/schema/kernel-4"
MOST_FORMATS: Final = 20
_ORCID: Final = "https://orcid.org/"
_SPDX: Final = "https://spdx.org/licenses/"
_SPDX_IDS: Final = {
    "cc-zero": "CC0-1.0",
    "cc-by": "CC-BY-4.0",
    "cc-by-sa": "CC-BY-SA-4.0",
    "odc-by": "ODC-By-1.0",
    "odc-pddl": "PDDL-1.0",
    "odc-odbl": "ODbL-1.0",
}
"""CKAN's names of licences that SPDX calls otherwise."""


def describe(record: Citable) -> dict[str, Any]:
    """Return the metadata as DataCite's JSON; parts without a value are left out."""
    described: dict[str, Any] = {
        "doi": record.doi,
        "types": {"resourceTypeGeneral": "Dataset", "resourceType": "Dataset"},
        "creators": [_creator(one) for one in record.creators] or [{"name": "(:unav)"}],
        "titles": [{"title": record.title}],
        "publisher": {"name": record.publisher},
        "publicationYear": record.year,
        "subjects": [{"subject": word} for word in record.keywords],
        "contributors": _host(record),
        "dates": _dates(record),
        "alternateIdentifiers": [
            {"alternateIdentifier": record.url, "alternateIdentifierType": "URL"}
        ],
        "relatedIdentifiers": [
            {
                "relatedIdentifier": one.identifier,
                "relatedIdentifierType": one.kind,
                "relationType": one.relation,
            }
            for one in record.related
        ],
        "sizes": _sizes(record),
        "formats": list(record.totals.formats[:MOST_FORMATS]),
        "version": record.version,
        "rightsList": _rights(record),
        "descriptions": [{"description": record.description, "descriptionType": "Abstract"}]
        if record.description
        else [],
        "fundingReferences": [_funder(one) for one in record.funders],
        "url": record.url,
        "schemaVersion": NAMESPACE,
    }
    return {key: value for key, value in described.items() if value}


def as_json(record: Citable) -> str:
    """Return DataCite's JSON as text."""
    return json.dumps(describe(record), ensure_ascii=False)


def as_element(record: Citable) -> etree._Element:
    """Return DataCite's XML; without a DOI the dataset's own address is its identifier."""
    described = describe(record)
    import datacite.schema45 as schema  # noqa: PLC0415 - takes a second, commands must not wait

    # Only the text that the library writes has its elements in the namespace.
    text = etree.tostring(schema.dump_etree({"doi": record.url, **described}))
    root = etree.fromstring(text)
    if not record.doi:
        for identifier in root.iterfind(f"{{{NAMESPACE}}}identifier"):
            identifier.set("identifierType", "URL")
    return root


def as_xml(record: Citable) -> str:
    """Return DataCite's XML as text."""
    written = etree.tostring(
        as_element(record), xml_declaration=True, encoding="UTF-8", pretty_print=True
    )
    return bytes(written).decode()


def spdx_id(license_id: str) -> str:
    """Return the name that SPDX has for a licence, or the name as it is."""
    return _SPDX_IDS.get(license_id, license_id)


def _creator(creator: Creator) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": creator.sorted_name,
        "nameType": "Personal" if creator.is_person else "Organizational",
        "givenName": creator.given,
        "familyName": creator.family,
        "nameIdentifiers": _name_identifiers(creator.identifier),
        "affiliation": [
            {"name": one.name, **_identified("affiliationIdentifier", one.ror)}
            for one in creator.affiliations
        ],
    }
    return {key: value for key, value in described.items() if value}


def _name_identifiers(url: str) -> Sequence[Mapping[str, str]]:
    if not url:
        return []
    scheme = "ORCID" if url.startswith(_ORCID) else "ROR"
    return [
        {
            "nameIdentifier": url,
            "nameIdentifierScheme": scheme,
            "schemeUri": url.rpartition("/")[0],
        }
    ]


def _identified(key: str, ror: str) -> Mapping[str, str]:
    return {key: ror, f"{key}Scheme": "ROR", "schemeUri": "https://ror.org"} if ror else {}


def _host(record: Citable) -> Sequence[Mapping[str, str]]:
    if not record.circle:
        return []
    return [
        {
            "name": record.circle,
            "nameType": "Organizational",
            "contributorType": "HostingInstitution",
        }
    ]


def _dates(record: Citable) -> Sequence[Mapping[str, str]]:
    first, last = record.totals.first_day, record.totals.last_day
    collected = first if first == last else f"{first}/{last}"
    dates = {
        "Available": record.published[:10],
        "Updated": record.modified[:10],
        "Collected": collected,
    }
    return [{"date": date, "dateType": kind} for kind, date in dates.items() if date]


def _sizes(record: Citable) -> Sequence[str]:
    totals = record.totals
    if not totals.count:
        return []
    return [f"{totals.size_bytes} bytes", f"{totals.count} files"]


def _rights(record: Citable) -> Sequence[Mapping[str, str]]:
    if not record.license_id or record.license_id in {"notspecified", "none"}:
        return []
    spdx = spdx_id(record.license_id)
    address = record.license_url or (f"{_SPDX}{spdx}.html" if _is_spdx(spdx) else "")
    named = {"rights": record.license_title or record.license_id}
    if address:
        named["rightsUri"] = address
    if _is_spdx(spdx):
        named |= {
            "rightsIdentifier": spdx,
            "rightsIdentifierScheme": "SPDX",
            "schemeUri": _SPDX,
        }
    return [named]


def _is_spdx(name: str) -> bool:
    return name in _SPDX_IDS.values() or name.startswith(("CC-", "CC0-"))


def _funder(funder: Funder) -> dict[str, str]:
    described = {
        "funderName": funder.name,
        "funderIdentifier": funder.ror,
        "funderIdentifierType": "ROR" if funder.ror else "",
        "awardNumber": funder.award,
        "awardTitle": funder.award_title,
    }
    return {key: value for key, value in described.items() if value}
