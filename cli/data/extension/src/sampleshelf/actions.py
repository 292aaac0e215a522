"""An action of our own, and one that adds to an action of the core."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cytotheca.core.plugins.toolkit import ANYONE, Action, Context, Natural, Params, Rules
from sampleshelf.models import find_shelf, list_shelves
from sampleshelf.settings import ShelfSettings


class ShelfList(Params):
    """Parameters of ``sampleshelf_list``."""

    limit: Natural | None = None


def sampleshelf_list(context: Context, params: ShelfList) -> list[dict[str, Any]]:
    """List the fullest shelves: ``{"place", "datasets"}``.

    Parameters: ``limit`` (at most, and by default, as many as the site shows).

    Example: ``{"limit": 3}``
    """
    most = context.site.settings(ShelfSettings).places_shown
    limit = most if params.limit is None else min(params.limit, most)
    return [
        {"place": shelf.place, "datasets": shelf.datasets}
        for shelf in list_shelves(context.session, limit=limit)
    ]


def package_show(
    next_action: Callable[..., dict[str, Any]], context: Context, params: Any
) -> dict[str, Any]:
    """Tell how many public datasets have their sample on the same shelf."""
    dataset = next_action(context, params)
    place = dataset.get("sampleshelf_place")
    shelf = find_shelf(context.session, place) if place else None
    return {**dataset, "sampleshelf_datasets": shelf.datasets if shelf else 0}


ACTIONS = (
    Action(name="sampleshelf_list", body=sampleshelf_list, params=ShelfList, read_only=True),
    Action(name="package_show", body=package_show, read_only=True, chained=True),
)
RULES: Rules = {"sampleshelf_list": ANYONE}
