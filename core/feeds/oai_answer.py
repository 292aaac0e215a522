"""Answers of the OAI-PMH protocol as XML."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from lxml import etree

from cytotheca.core.citation import datacite, dublin_core
from cytotheca.core.citation.record import Citable, clean
from cytotheca.core.feeds.oai_request import OaiError

OAI: Final = "http://www.openarchives.org/OAI/2.0/"
_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_LOCATION: Final = f"{OAI} http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd"
_OAI_DATACITE: Final = "http://schema.datacite.org/oai/oai-1.1/"
_GRANULARITY: Final = "YYYY-MM-DDThh:mm:ssZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataFormat:
    """A format of metadata: where it is defined, and what writes it."""

    schema: str
    namespace: str
    write: Callable[[Citable], etree._Element]


def _oai_datacite(record: Citable) -> etree._Element:
    """Return DataCite's XML in the envelope of its own OAI service."""
    root = etree.Element(f"{{{_OAI_DATACITE}}}oai_datacite", nsmap={None: _OAI_DATACITE})  # type: ignore[dict-item]
    root.set(f"{{{_XSI}}}schemaLocation", f"{_OAI_DATACITE} {_OAI_DATACITE}oai.xsd")
    etree.SubElement(root, f"{{{_OAI_DATACITE}}}schemaVersion").text = "4.5"
    etree.SubElement(root, f"{{{_OAI_DATACITE}}}datacentreSymbol").text = record.publisher
    etree.SubElement(root, f"{{{_OAI_DATACITE}}}payload").append(datacite.as_element(record))
    return root


FORMATS: Final[Mapping[str, MetadataFormat]] = {
    "oai_dc": MetadataFormat(
        schema=dublin_core.SCHEMA, namespace=dublin_core.OAI_DC, write=dublin_core.as_element
    ),
    "oai_datacite": MetadataFormat(
        schema=f"{_OAI_DATACITE}oai.xsd",
        namespace=_OAI_DATACITE,
        write=_oai_datacite,
    ),
}


class Answer:
    """An answer that is being put together."""

    def __init__(self, base_url: str, now: datetime) -> None:
        self.base_url = base_url
        self.root = etree.Element(f"{{{OAI}}}OAI-PMH", nsmap={None: OAI, "xsi": _XSI})  # type: ignore[dict-item]
        self.root.set(f"{{{_XSI}}}schemaLocation", _LOCATION)
        self._add(self.root, "responseDate", stamp(now))

    def repeat_question(self, args: Mapping[str, str]) -> None:
        """Say what was asked; nothing of it where it was not understood."""
        request = self._add(self.root, "request", self.base_url)
        for key, value in args.items():
            request.set(key, clean(value))

    def refuse(self, error: OaiError) -> None:
        """Answer with an error."""
        self._add(self.root, "error", str(error)).set("code", error.code)

    def identify(self, *, name: str, email: str, earliest: str) -> None:
        """Answer ``Identify``."""
        body = self._add(self.root, "Identify")
        for key, text in {
            "repositoryName": name,
            "baseURL": self.base_url,
            "protocolVersion": "2.0",
            "adminEmail": email,
            "earliestDatestamp": earliest,
            "deletedRecord": "persistent",
            "granularity": _GRANULARITY,
        }.items():
            self._add(body, key, text)

    def list_formats(self) -> None:
        """Answer ``ListMetadataFormats``."""
        body = self._add(self.root, "ListMetadataFormats")
        for prefix, one in FORMATS.items():
            entry = self._add(body, "metadataFormat")
            self._add(entry, "metadataPrefix", prefix)
            self._add(entry, "schema", one.schema)
            self._add(entry, "metadataNamespace", one.namespace)

    def list_sets(self, circles: Sequence[Mapping[str, Any]]) -> None:
        """Answer ``ListSets``: a set for each circle."""
        body = self._add(self.root, "ListSets")
        for circle in circles:
            entry = self._add(body, "set")
            self._add(entry, "setSpec", circle["name"])
            self._add(entry, "setName", circle.get("title") or circle["name"])

    def add_list(self, verb: str) -> etree._Element:
        """Begin the answer of a verb."""
        return self._add(self.root, verb)

    def add_header(self, parent: etree._Element, row: Mapping[str, Any], identifier: str) -> None:
        """Add the header of a record."""
        header = self._add(parent, "header")
        if row["deleted"]:
            header.set("status", "deleted")
        self._add(header, "identifier", identifier)
        self._add(header, "datestamp", stamp(datetime.fromisoformat(row["changed"])))
        if row["organization"]:
            self._add(header, "setSpec", row["organization"])

    def add_record(
        self,
        parent: etree._Element,
        row: Mapping[str, Any],
        identifier: str,
        metadata: etree._Element | None,
    ) -> None:
        """Add a record; deleted ones have no metadata."""
        record = self._add(parent, "record")
        self.add_header(record, row, identifier)
        if metadata is not None:
            self._add(record, "metadata").append(metadata)

    def add_token(self, parent: etree._Element, token: str, *, size: int, cursor: int) -> None:
        """Add the token of the next page, empty on the last of several."""
        element = self._add(parent, "resumptionToken", token)
        element.set("completeListSize", str(size))
        element.set("cursor", str(cursor))

    def text(self) -> bytes:
        """Return the answer as XML."""
        written: bytes = etree.tostring(self.root, xml_declaration=True, encoding="UTF-8")
        return written

    @staticmethod
    def _add(parent: etree._Element, name: str, text: str = "") -> etree._Element:
        element = etree.SubElement(parent, f"{{{OAI}}}{name}")
        element.text = text or None
        return element


def stamp(time: datetime) -> str:
    """Return a UTC time to the second, as the protocol writes it."""
    return f"{time:%Y-%m-%dT%H:%M:%SZ}"
