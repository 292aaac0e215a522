"""Searching for datasets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ConfigDict, Field

from cytotheca.core.auth.labels import caller_labels
from cytotheca.core.domain.errors import SearchQueryError, ValidationError
from cytotheca.core.models.group import groups_by_name
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.declare import Action
from cytotheca.core.schema import results
from cytotheca.core.schema.params import MOST, JsonList, LenientBool, Natural, Params
from cytotheca.core.search.engine import SearchQuery
from cytotheca.core.settings.site import SearchSettings

TUNING = ("qf", "bf", "boost", "tie", "defType", "mm")
_WALK = "id asc"
GROUPED = frozenset({"organization", "groups"})


class PackageSearch(Params):
    """Parameters of ``package_search``; those that begin with ``ext_`` go to plugins."""

    model_config = ConfigDict(extra="allow", coerce_numbers_to_str=True, populate_by_name=True)

    q: str | None = None
    fq: str | None = None
    fq_list: JsonList = Field(default_factory=list)
    sort: str | None = None
    rows: Natural = 10
    start: Natural = 0
    cursor: str | None = None
    facet: LenientBool = True
    facet_field: JsonList = Field(default_factory=list, alias="facet.field")
    facet_limit: int | None = Field(default=None, alias="facet.limit")
    facet_mincount: int = Field(default=1, alias="facet.mincount")
    include_private: LenientBool = False
    include_drafts: LenientBool = False
    include_deleted: LenientBool = False
    use_default_schema: LenientBool = False
    fl: list[str] | str | None = None
    qf: str | None = None
    bf: str | None = None
    boost: Any = None
    tie: str | None = None
    defType: str | None = None  # noqa: N815 - the wire's spelling
    mm: str | None = None
    wt: str | None = None


def package_search(context: Context, params: PackageSearch) -> dict[str, Any]:
    """Search for datasets: ``{"count", "results", "sort", "facets", "search_facets"}``.

    Parameters: ``q`` and ``fq`` (Lucene syntax), ``fq_list``, ``sort``, ``rows``
    (10, at most 1000), ``start``, ``facet.field`` (JSON list), ``facet.limit``,
    ``facet.mincount``, ``include_private``, ``include_drafts``,
    ``include_deleted``, ``fl``.

    To walk through everything, pass ``cursor`` ``*`` in place of ``start``, then the
    ``next_cursor`` of each answer until it is null: no dataset comes twice or is left out
    while others come and go. The order is ``id asc``, or what ``sort`` says of ``id``,
    ``name``, ``title``, ``metadata_created`` and ``metadata_modified``.

    Example: ``{"q": "beads", "fq": "organization:lab-a", "rows": 5}``
    """
    options = _options(context, params)
    query = _query(context, options)
    page = context.site.search.search(query)
    found: dict[str, Any] = {
        "count": page.count,
        "results": list(page.results),
        "sort": query.sort,
        "facets": {name: dict(values) for name, values in page.facets.items()},
        "search_facets": _named_facets(context, page.facets),
    }
    if query.cursor is not None:
        found["next_cursor"] = page.next_cursor
    context.site.hooks.after_dataset_search(context=context, results=found, params=options)
    return found


def _options(context: Context, params: PackageSearch) -> dict[str, Any]:
    """Return the parameters as plugins see and may change them."""
    unknown = sorted(key for key in (params.model_extra or {}) if not key.startswith("ext_"))
    if unknown:
        raise SearchQueryError(f"Invalid search parameters: {unknown}")
    if params.cursor and params.start:
        raise ValidationError({"start": ["Leave it out with a cursor"]})
    options = params.model_dump(by_alias=True)
    context.site.hooks.before_dataset_search(context=context, params=options)
    return options


def _query(context: Context, options: Mapping[str, Any]) -> SearchQuery:
    settings = context.site.settings(SearchSettings)
    limit = options["facet.limit"]
    fields = options["fl"]
    if isinstance(fields, str):
        fields = [word for word in fields.replace(",", " ").split() if word]
    return SearchQuery(
        text=options["q"] or "*:*",
        filters=_filters(options),
        sort=_sort(options, settings),
        rows=min(options["rows"], settings.rows_max),
        start=options["start"],
        cursor=options["cursor"] or None,
        labels=caller_labels(context),
        facet_fields=[str(name) for name in options["facet.field"]] if options["facet"] else (),
        facet_limit=settings.facet_limit if limit is None else limit,
        facet_mincount=min(options["facet.mincount"], MOST),
        fields=fields or None,
        tuning={key: str(options[key]) for key in TUNING if options.get(key) is not None},
    )


def _sort(options: Mapping[str, Any], settings: SearchSettings) -> str:
    if options["sort"] not in (None, "", "rank"):
        return str(options["sort"])
    return _WALK if options["cursor"] else settings.default_sort


def _filters(options: Mapping[str, Any]) -> Sequence[str]:
    given = [str(options["fq"])] if options["fq"] else []
    given.extend(str(one) for one in options["fq_list"])
    filters = list(given)
    if not options["include_private"]:
        filters.append("capacity:public")
    if not any("+state" in one for one in given):
        states = ["active"]
        if options["include_drafts"]:
            states.append("draft")
        if options["include_deleted"]:
            states.append("deleted")
        filters.append(f"state:({' OR '.join(states)})")
    return filters


def _named_facets(
    context: Context, facets: Mapping[str, Mapping[str, int]]
) -> dict[str, dict[str, Any]]:
    """Return facets with display names; one statement for circles and collections."""
    wanted = sorted({value for name in GROUPED & set(facets) for value in facets[name]})
    titles = groups_by_name(context.session, wanted)
    licenses: dict[str, str] = {}
    if "license_id" in facets:
        listed = context.internal().call("license_list")
        licenses = {one["id"]: one["title"] for one in listed}
    named = {}
    for name, values in facets.items():
        shown = titles if name in GROUPED else licenses if name == "license_id" else {}
        items = [
            {"name": value, "display_name": shown.get(value) or value, "count": count}
            for value, count in values.items()
        ]
        items.sort(key=lambda item: str(item["display_name"]), reverse=True)
        named[name] = {"title": name, "items": items}
    return named


ACTIONS = (
    Action(
        name="package_search",
        body=package_search,
        result=results.Found,
        params=PackageSearch,
        read_only=True,
    ),
)
