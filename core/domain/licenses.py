"""The list of licences: that of CKAN, or one in a site's own JSON file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

License = Mapping[str, Any]

DEFAULTS: License = {
    "title": "",
    "url": "",
    "status": "active",
    "maintainer": "",
    "family": "",
    "domain_content": False,
    "domain_data": False,
    "domain_software": False,
    "is_generic": False,
    "od_conformance": "not reviewed",
    "osd_conformance": "not reviewed",
}


class BadLicenses(ValueError):
    """The configured list of licences cannot be used; says why."""


def load_licenses(url: str) -> list[dict[str, Any]]:
    """Return the licences of a ``file://`` address, or the built-in ones without one."""
    if not url:
        return parse_licenses((files(__package__) / "data" / "licenses.json").read_text("utf-8"))
    parts = urlsplit(url)
    if parts.scheme != "file":
        raise BadLicenses(f"licenses_group_url = {url}: only file:// addresses are read")
    try:
        return parse_licenses(Path(unquote(parts.path)).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise BadLicenses(f"licenses_group_url = {url}: {error}") from error


def parse_licenses(text: str) -> list[dict[str, Any]]:
    """Return the licences of a JSON list, or of an object whose values are licences."""
    data = json.loads(text)
    found = list(data.values()) if isinstance(data, dict) else data
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise BadLicenses("must be a list of licences, or an object of them")
    if not all(one.get("id") for one in found):
        raise BadLicenses("every licence needs an id")
    return [{**DEFAULTS, **one} for one in found]
