"""The resources of a dataset page: filtered, sorted, fifty at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode

from werkzeug.datastructures import MultiDict

from cytotheca.core.web.pager import Pager, make_pager, parse_page

PER_PAGE: Final = 50
SORTS: Final = {"": "Order of the dataset", "name": "Name", "size": "Largest first"}

Resource = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceList:
    """One page of a dataset's resources."""

    rows: Sequence[Resource]
    count: int
    total: int
    words: str
    sort: str
    pager: Pager
    sorts: Mapping[str, str]

    @property
    def is_long(self) -> bool:
        """Whether a filter is worth its place."""
        return self.total > PER_PAGE


def list_resources(
    path: str, resources: Sequence[Resource], args: MultiDict[str, str]
) -> ResourceList:
    """Return the page of resources that an address asks for."""
    words = args.get("file", "").strip()
    sort = args.get("order", "")
    chosen = [one for one in resources if _matches(one, words)]
    if sort == "name":
        chosen.sort(key=lambda one: str(one.get("name") or "").lower())
    elif sort == "size":
        chosen.sort(key=lambda one: -_size(one))
    page = parse_page(args.get("page"))

    def url_of(number: int) -> str:
        pairs = {"file": words, "order": sort, "page": str(number) if number > 1 else ""}
        query = urlencode({key: value for key, value in pairs.items() if value}, quote_via=quote)
        return f"{path}?{query}#resources" if query else f"{path}#resources"

    return ResourceList(
        rows=chosen[(page - 1) * PER_PAGE : page * PER_PAGE],
        count=len(chosen),
        total=len(resources),
        words=words,
        sort=sort,
        pager=make_pager(len(chosen), page, PER_PAGE, url_of),
        sorts=SORTS,
    )


def _matches(resource: Resource, words: str) -> bool:
    text = f"{resource.get('name') or ''} {resource.get('description') or ''}".lower()
    return all(word in text for word in words.lower().split())


def _size(resource: Resource) -> int:
    size = resource.get("size")
    return size if isinstance(size, int) else 0
