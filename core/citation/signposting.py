"""Signposting: typed links by which programs find what belongs to a dataset.

Source: https://signposting.org/FAIR/, level 1 in the header of the page, level 2 in
a linkset (RFC 9264), which alone has the files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cytotheca.core.citation.formats import FORMATS
from cytotheca.core.citation.record import Citable
from cytotheca.core.citation.ro_crate import FILE_NAME, MEDIA_TYPE

LINKSET: Final = "application/linkset+json"
MOST_AUTHORS: Final = 10
MOST_HEADER_BYTES: Final = 6000
MOST_ITEMS: Final = 10_000
SCHEMA_ORG: Final = "https://schema.org/Dataset"
_ABOUT: Final = "https://schema.org/AboutPage"


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedLink:
    """A link with its relation and, where one is known, the type of its target."""

    rel: str
    href: str
    type: str = ""


def list_links(record: Citable, base: str) -> Sequence[TypedLink]:
    """Return the links of a dataset's page; ``base`` is its address."""
    return list(_links(record, base))


def _links(record: Citable, base: str) -> Iterator[TypedLink]:
    yield TypedLink(rel="cite-as", href=record.identifier)
    for creator in record.creators[:MOST_AUTHORS]:
        if creator.identifier:
            yield TypedLink(rel="author", href=creator.identifier)
    if record.license_url:
        yield TypedLink(rel="license", href=record.license_url)
    yield TypedLink(rel="type", href=_ABOUT)
    yield TypedLink(rel="type", href=SCHEMA_ORG)
    for name, one in FORMATS.items():
        if one.describes:
            yield TypedLink(rel="describedby", href=f"{base}/cite/{name}", type=one.media_type)
    yield TypedLink(rel="describedby", href=f"{base}.ttl", type="text/turtle")
    yield TypedLink(rel="describedby", href=f"{base}/{FILE_NAME}", type=MEDIA_TYPE)
    yield TypedLink(rel="linkset", href=f"{base}/linkset", type=LINKSET)


def link_header(links: Sequence[TypedLink]) -> str:
    """Return the value of a ``Link`` header; what makes it too long for servers is left out."""
    value = ""
    for one in links:
        added = f'<{one.href}>; rel="{one.rel}"' + (f'; type="{one.type}"' if one.type else "")
        safe = one.href.isascii() and not set(one.href) & set('<>" \t\r\n')
        if safe and len(value) + len(added) < MOST_HEADER_BYTES:
            value = f"{value}, {added}" if value else added
    return value


def linkset(
    links: Sequence[TypedLink], base: str, resources: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return the linkset of a dataset: the links of its page, and its files."""
    page: dict[str, Any] = {"anchor": base}
    for one in links:
        if one.rel != "linkset":
            page.setdefault(one.rel, []).append(_target(one.href, one.type))
    files = [(str(one.get("url") or ""), _media_type(one)) for one in resources]
    if files:
        page["item"] = [_target(url, media_type) for url, media_type in files]
    back = [{"anchor": url, "collection": [_target(base, "text/html")]} for url, _ in files]
    return {"linkset": [page, *back]}


def _target(href: str, media_type: str) -> dict[str, str]:
    return {"href": href, "type": media_type} if media_type else {"href": href}


def _media_type(resource: Mapping[str, Any]) -> str:
    given = str(resource.get("mimetype") or "")
    return given if "/" in given else "application/octet-stream"
