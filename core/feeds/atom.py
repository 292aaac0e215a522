"""Atom feeds of public datasets (RFC 4287).

Written with lxml: feedgen 1.0 loses relation and type of the links of entries.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from lxml import etree

from cytotheca.core.citation.names import parse_names
from cytotheca.core.citation.record import clean, plain_text

FIELDS: Final = (
    *("id", "name", "title", "notes", "author", "authors", "tags"),
    *("metadata_created", "metadata_modified"),
)
"""What a feed needs of a dataset, as the index names it."""

MEDIA_TYPE: Final = "application/atom+xml"
MAX_SUMMARY: Final = 1000
_ATOM: Final = "http://www.w3.org/2005/Atom"
_BEGINNING: Final = "2026-01-01T00:00:00Z"


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A page of a feed: its title, what it is about, and the addresses of its pages by relation."""

    title: str
    subject: str
    page_url: str
    links: Mapping[str, str]


def write_feed(feed: Feed, datasets: Sequence[Mapping[str, Any]], site_url: str) -> bytes:
    """Return a page of a feed as XML."""
    host = urlsplit(site_url).hostname or ""
    root = etree.Element(f"{{{_ATOM}}}feed", nsmap={None: _ATOM})  # type: ignore[dict-item]
    # The year is that of our first feeds: a tag never changes.
    _add(root, "id", f"tag:{host},2026:{feed.subject}")
    _add(root, "title", feed.title)
    _add(
        root,
        "updated",
        max((_time(one, "metadata_modified") for one in datasets), default=_BEGINNING),
    )
    _link(root, "alternate", feed.page_url, "text/html")
    for rel, href in feed.links.items():
        _link(root, rel, href, MEDIA_TYPE)
    for dataset in datasets:
        _add_entry(root, dataset, site_url, host)
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return written


def _add_entry(root: etree._Element, dataset: Mapping[str, Any], site_url: str, host: str) -> None:
    entry = etree.SubElement(root, f"{{{_ATOM}}}entry")
    _add(entry, "id", f"urn:uuid:{dataset['id']}")
    _add(entry, "title", dataset.get("title") or dataset["name"])
    _add(entry, "updated", _time(dataset, "metadata_modified"))
    _add(entry, "published", _time(dataset, "metadata_created"))
    names = parse_names(clean(dataset.get("authors") or dataset.get("author")))
    for name in [one.name for one in names] or [host]:
        _add(etree.SubElement(entry, f"{{{_ATOM}}}author"), "name", name)
    _link(entry, "alternate", f"{site_url}/dataset/{dataset['name']}", "text/html")
    shown = f"{site_url}/api/3/action/package_show?id={dataset['id']}"
    _link(entry, "enclosure", shown, "application/json")
    for tag in _list(dataset.get("tags")):
        etree.SubElement(entry, f"{{{_ATOM}}}category", term=clean(tag))
    summary = plain_text(dataset.get("notes"))[:MAX_SUMMARY]
    if summary:
        _add(entry, "summary", summary)


def _add(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, f"{{{_ATOM}}}{name}").text = clean(text)


def _link(parent: etree._Element, rel: str, href: str, media_type: str) -> None:
    etree.SubElement(parent, f"{{{_ATOM}}}link", rel=rel, href=href, type=media_type)


def _list(value: Any) -> Sequence[str]:
    return value if isinstance(value, list) else [value] if value else []


def _time(dataset: Mapping[str, Any], key: str) -> str:
    """Return a time with its zone, as RFC 3339 wants it."""
    text = str(dataset.get(key) or _BEGINNING)
    return text if text.endswith("Z") else f"{text}Z"
