"""Dublin Core without qualifiers, as OAI-PMH demands it of everybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from lxml import etree

from cytotheca.core.citation.record import Citable

OAI_DC: Final = "http://www.openarchives.org/OAI/2.0/oai_dc/"
SCHEMA: Final = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
_DC: Final = "http://purl.org/dc/elements/1.1/"
_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"


def as_element(record: Citable) -> etree._Element:
    """Return the ``oai_dc:dc`` element of a dataset."""
    root = etree.Element(f"{{{OAI_DC}}}dc", nsmap={"oai_dc": OAI_DC, "dc": _DC, "xsi": _XSI})
    root.set(f"{{{_XSI}}}schemaLocation", f"{OAI_DC} {SCHEMA}")
    for name, texts in _elements(record).items():
        for text in texts:
            if text:
                etree.SubElement(root, f"{{{_DC}}}{name}").text = text
    return root


def _elements(record: Citable) -> Mapping[str, Sequence[str]]:
    return {
        "title": [record.title],
        "creator": [one.sorted_name for one in record.creators],
        "subject": record.keywords,
        "description": [record.description],
        "publisher": [record.publisher],
        "contributor": [record.circle],
        "date": [record.published[:10]],
        "type": ["Dataset"],
        "format": record.totals.formats,
        "identifier": sorted({record.identifier, record.url}),
        "relation": [one.identifier for one in record.related],
        "rights": [record.license_title, record.license_url],
    }
