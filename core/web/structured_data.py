"""A dataset as schema.org describes it, for search engines."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from markupsafe import Markup

from cytotheca.core.web.markdown import plain_excerpt
from cytotheca.core.web.references import doi_url

# What could end the script element, or what old parsers take for line ends.
_ESCAPES: Final = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)

Dataset = Mapping[str, Any]


def describe_dataset(  # noqa: PLR0913 - the parts of one description
    dataset: Dataset,
    *,
    resources: Sequence[Mapping[str, Any]],
    authors: Sequence[str],
    url: str,
    site_title: str,
    site_url: str,
) -> Markup:
    """Return the JSON-LD of a public dataset and its first resources, safe in a ``script``."""
    doi = dataset.get("doi")
    identifier = doi_url(doi) if doi else url
    described: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": identifier,
        "identifier": identifier,
        "url": url,
        "name": dataset.get("title") or dataset["name"],
        "description": plain_excerpt(dataset.get("notes"), 5000),
        "creator": [{"@type": "Person", "name": name} for name in authors],
        "keywords": [tag["name"] for tag in dataset.get("tags") or ()],
        "license": dataset.get("license_url") or dataset.get("license_id"),
        "datePublished": dataset.get("metadata_created"),
        "dateModified": dataset.get("metadata_modified"),
        "publisher": _publisher(dataset),
        "includedInDataCatalog": {"@type": "DataCatalog", "name": site_title, "url": site_url},
        "isAccessibleForFree": True,
        "distribution": [_download(one) for one in resources],
    }
    kept = {key: value for key, value in described.items() if value not in (None, "", [])}
    return Markup(json.dumps(kept, ensure_ascii=False).translate(_ESCAPES))  # noqa: S704 - escaped


def _publisher(dataset: Dataset) -> dict[str, Any] | None:
    owner = dataset.get("organization")
    return {"@type": "Organization", "name": owner["title"] or owner["name"]} if owner else None


def _download(resource: Mapping[str, Any]) -> dict[str, Any]:
    size = resource.get("size")
    described = {
        "@type": "DataDownload",
        "name": resource.get("name"),
        "contentUrl": resource.get("url"),
        "encodingFormat": resource.get("format") or None,
        "contentSize": f"{size} B" if isinstance(size, int) else None,
        "sha256": resource.get("sha256"),
    }
    return {key: value for key, value in described.items() if value is not None}
