"""What search engines read in the page of a dataset."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from markupsafe import Markup

from cytotheca.core.citation.record import Citable
from cytotheca.core.citation.schema_org import describe

# What could end the script element, or what old parsers take for line ends.
_ESCAPES: Final = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)


def describe_dataset(
    record: Citable, *, resources: Sequence[Mapping[str, Any]], page_url: str, site_url: str
) -> Markup:
    """Return the JSON-LD of a public dataset and its first resources, safe in a ``script``."""
    described = describe(record, resources=resources, page_url=page_url, site_url=site_url)
    return Markup(json.dumps(described, ensure_ascii=False).translate(_ESCAPES))  # noqa: S704 - escaped
