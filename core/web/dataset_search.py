"""Run a dataset search for a page: results, facets, chips."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any

from cytotheca.core.domain.errors import SearchError, SearchQueryError, SearchUnavailable
from cytotheca.core.runtime.context import Context
from cytotheca.core.search.query import plain_words
from cytotheca.core.settings.site import WebSettings
from cytotheca.core.web.pager import Pager, make_pager
from cytotheca.core.web.search_state import SORTS, SearchState

FACETS = {
    "organization": "Circles",
    "groups": "Collections",
    "tags": "Tags",
    "res_format": "Formats",
    "license_id": "Licences",
}
AWAY_NOTICE = (
    "The search does not answer at the moment, or its index is being built. "
    "Addresses of datasets still work."
)
INCOMPLETE_NOTICE = (
    "The index of this search is being built anew: datasets may be missing here until it is "
    "complete. Addresses of datasets work as ever."
)
EVERYTHING = -1
MAX_ASKED = 5  # of unknown filters in one address
AdaptFacets = Callable[[dict[str, str]], None]
PLAIN_NOTICE = "Your search could not be read as a query, so it was searched as plain words."


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetValue:
    """A value of a facet: a link that adds or removes it."""

    label: str
    count: int
    url: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """A facet: the first values, and those behind "show more"."""

    name: str
    title: str
    values: Sequence[FacetValue]
    more: Sequence[FacetValue] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A filter that is on, with the address of the search without it."""

    title: str
    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search page shows.

    ``status`` is 400 if a filter names no field, 503 if the search is away.
    ``complete`` is false while the index may lack datasets: what is found is not all there is.
    """

    state: SearchState
    count: int
    datasets: Sequence[Mapping[str, Any]] = ()
    facets: Sequence[Facet] = ()
    chips: Sequence[Chip] = ()
    pager: Pager | None = None
    notice: str = ""
    status: int = 200
    complete: bool = True
    sorts: Mapping[str, str] = field(default_factory=lambda: SORTS)


def find_datasets(
    context: Context, state: SearchState, *, within: str = "", adapt: AdaptFacets | None = None
) -> Found:
    """Search as the caller; a text that is no query is searched as plain words.

    ``within`` is a filter that the page itself sets, e.g. on a circle; ``adapt`` changes
    its facets.
    """
    titles = facet_titles(context, adapt)
    found = _find(context, state, titles, within)
    unknown = [] if found.count else _unknown_fields(context, state, titles)
    odd = [
        *_odd_ranges(state, titles),
        *(f"“{name}” is none of the filters of this page." for name in unknown),
    ]
    told = " ".join(filter(None, (found.notice, *odd)))
    status = HTTPStatus.BAD_REQUEST if unknown and found.status == HTTPStatus.OK else found.status
    found = replace(found, notice=told, status=status)
    if found.status != HTTPStatus.OK or context.site.search.is_complete():
        return found
    return replace(
        found, complete=False, notice=" ".join(filter(None, (INCOMPLETE_NOTICE, found.notice)))
    )


def _odd_ranges(state: SearchState, titles: Mapping[str, str]) -> list[str]:
    """Return what there is to say of ranges that were not, or cannot have been, meant so."""
    told = [
        f"“{value}” is not a number, so this end of the range was left out."
        for _, value in state.not_numbers
    ]
    for name in state.empty_ranges:
        low, high = state.range_of(name)
        told.append(f"No number is from {low} to {high} ({titles.get(name, name)}).")
    return told


def _unknown_fields(
    context: Context, state: SearchState, titles: Mapping[str, str]
) -> Sequence[str]:
    """Return the filters that this page does not offer and that no dataset knows."""
    names = dict.fromkeys(name for name, _ in state.filters if name not in titles)
    offered = list(names)[:MAX_ASKED]
    return [name for name in offered if not _is_known(context, name)]


def _is_known(context: Context, name: str) -> bool:
    asked = {"fq": f"{name}:*", "rows": 0, "facet": False, "include_private": True}
    try:
        return bool(context.call("package_search", asked)["count"])
    except (SearchError, SearchQueryError):
        return False
    except SearchUnavailable:
        return True


def _find(context: Context, state: SearchState, titles: Mapping[str, str], within: str) -> Found:
    try:
        return _run(context, state, titles, within)
    except SearchUnavailable:
        return Found(state=state, count=0, status=503, notice=AWAY_NOTICE)
    except (SearchError, SearchQueryError):
        pass
    try:
        return _run(
            context, state, titles, within, words=plain_words(state.words), notice=PLAIN_NOTICE
        )
    except (SearchError, SearchQueryError):
        return Found(
            state=state,
            count=0,
            status=400,
            notice="The filters or the order in the address of this page are unknown.",
        )


def facet_titles(context: Context, adapt: AdaptFacets | None = None) -> dict[str, str]:
    """Return field and title of each facet, as plugins want them."""
    titles = dict(FACETS)
    context.site.hooks.facets(facets=titles)
    if adapt is not None:
        adapt(titles)
    return titles


def _run(  # noqa: PLR0913 - the parts of one search
    context: Context,
    state: SearchState,
    titles: Mapping[str, str],
    within: str,
    *,
    words: str | None = None,
    notice: str = "",
) -> Found:
    web = context.site.settings(WebSettings)
    rows = web.datasets_per_page
    answer = context.call(
        "package_search",
        {
            "q": state.words if words is None else words,
            "fq_list": [*state.filter_queries(), *([within] if within else [])],
            "sort": state.sort or None,
            "rows": rows,
            "start": (state.page - 1) * rows,
            "facet.field": list(titles),
            **({"facet.limit": EVERYTHING} if state.unlimited else {}),
            "include_private": context.user is not None and web.search_private,
            **dict(state.plugin_params),
        },
    )
    shown = web.facet_values

    def items_of(name: str) -> Sequence[Mapping[str, Any]]:
        items: Sequence[Mapping[str, Any]] = answer["search_facets"].get(name, {}).get("items", ())
        return items

    facets = [
        _facet(state, name, title, items_of(name), None if name in state.unlimited else shown)
        for name, title in titles.items()
    ]
    return Found(
        state=state,
        count=answer["count"],
        datasets=answer["results"],
        facets=[facet for facet in facets if facet.values],
        chips=_chips(state, titles, answer["search_facets"]),
        pager=make_pager(answer["count"], state.page, rows, lambda n: state.at_page(n).url()),
        notice=notice,
    )


def _facet(
    state: SearchState,
    name: str,
    title: str,
    items: Sequence[Mapping[str, Any]],
    shown: int | None,
) -> Facet:
    """Return a facet of which so many values are shown at once; None is all."""
    chosen = {value for field_name, value in state.filters if field_name == name}
    ordered = sorted(
        items,
        key=lambda item: (
            item["name"] not in chosen,
            -item["count"],
            str(item["display_name"]).lower(),
        ),
    )
    values = [
        FacetValue(
            label=value_label(name, item["display_name"]),
            count=item["count"],
            chosen=item["name"] in chosen,
            url=(
                state.without_filter(name, item["name"])
                if item["name"] in chosen
                else state.with_filter(name, item["name"])
            ).url(),
        )
        for item in ordered
    ]
    more = [] if shown is None else values[shown:]
    return Facet(name=name, title=title, values=values[:shown], more=more)


def _chips(state: SearchState, titles: Mapping[str, str], facets: Mapping[str, Any]) -> list[Chip]:
    chips = []
    if state.words:
        chips.append(Chip(title="Search", label=state.words, url=state.without_words().url()))
    for name in state.ranged_fields:
        low, high = state.range_of(name)
        label = f"{low or '…'} to {high or '…'}"
        chips.append(
            Chip(title=titles.get(name, name), label=label, url=state.without_range(name).url())
        )
    for name, value in state.filters:
        items = facets.get(name, {}).get("items", ())
        label = next((item["display_name"] for item in items if item["name"] == value), value)
        chips.append(
            Chip(
                title=titles.get(name, name),
                label=value_label(name, label),
                url=state.without_filter(name, value).url(),
            )
        )
    return chips


def value_label(field_name: str, value: object) -> str:
    """Return a value as shown: numbers of measurements without trailing zeros."""
    text = str(value)
    if field_name.startswith("res_"):
        try:
            return f"{float(text):g}"
        except ValueError:
            return text
    return text
