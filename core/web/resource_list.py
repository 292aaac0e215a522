"""The resources of a dataset page: filtered, sorted, fifty at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode

from werkzeug.datastructures import MultiDict

from cytotheca.core.runtime.context import Context
from cytotheca.core.web.pager import Pager, make_pager, parse_page

PER_PAGE: Final = 50
SORTS: Final = {"": "Order of the dataset", "name": "Name", "size": "Largest first"}

Shown = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceList:
    """One page of a dataset's resources."""

    rows: Sequence[Shown]
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

    @property
    def is_first(self) -> bool:
        """Whether this is the page that is shown to those who ask for nothing in particular."""
        return self.pager.page == 1 and not self.words and not self.sort


def list_resources(
    context: Context, path: str, dataset: Shown, args: MultiDict[str, str]
) -> ResourceList:
    """Return the page of resources that an address asks for; only its rows are read."""
    words = args.get("file", "").strip()
    sort = args.get("order", "") if args.get("order") in SORTS else ""
    page = parse_page(args.get("page"))
    found = context.call(
        "package_resource_list",
        {
            "id": dataset["id"],
            "q": words,
            "order_by": sort or "position",
            "limit": PER_PAGE,
            "offset": (page - 1) * PER_PAGE,
        },
    )

    def url_of(number: int) -> str:
        pairs = {"file": words, "order": sort, "page": str(number) if number > 1 else ""}
        query = urlencode({key: value for key, value in pairs.items() if value}, quote_via=quote)
        return f"{path}?{query}#resources" if query else f"{path}#resources"

    return ResourceList(
        rows=found["results"],
        count=found["count"],
        total=dataset["num_resources"],
        words=words,
        sort=sort,
        pager=make_pager(found["count"], page, PER_PAGE, url_of),
        sorts=SORTS,
    )
