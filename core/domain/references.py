"""References of a dataset as links."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlsplit

_HOSTS: Final = {
    "doi": "https://doi.org/",
    "arxiv": "https://arxiv.org/abs/",
    "biorxiv": "https://biorxiv.org/content/",
}
_SAFE: Final = "/:;()._-+<>,"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A reference as shown; ``url`` is empty where there is nothing to link to."""

    text: str
    url: str = ""


def list_references(text: str | None) -> list[Reference]:
    """Return the references of a comma-separated text."""
    return [link_reference(one.strip()) for one in (text or "").split(",") if one.strip()]


def link_reference(text: str) -> Reference:
    """Return a reference with its address; only web addresses become links.

    >>> link_reference("arXiv:1507.00466").url
    'https://arxiv.org/abs/1507.00466'
    """
    kind, colon, rest = text.partition(":")
    host = _HOSTS.get(kind.strip().lower())
    if colon and host and rest.strip():
        return Reference(text=text, url=host + quote(rest.strip(), safe=_SAFE))
    return Reference(text=text, url=text if is_web_address(text) else "")


def doi_url(doi: str) -> str:
    """Return the address of a DOI."""
    return _HOSTS["doi"] + quote(doi.removeprefix("doi:").strip(), safe=_SAFE)


def is_web_address(text: str | None) -> bool:
    """Tell whether a text is an address that may become a link."""
    try:
        parts = urlsplit(text or "")
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc)
