"""Runs one action in a transaction of its own; every adapter calls this."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from cytotheca.core.runtime.origin import INSIDE, Origin
from cytotheca.core.runtime.unit_of_work import reading, unit_of_work

if TYPE_CHECKING:
    from cytotheca.core.runtime.site import Site


class Outcome(NamedTuple):
    """What an action gave: its result, the datasets it changed, and the length of a whole list.

    ``total`` is None for what is no list, or always whole.
    """

    result: Any
    changed: frozenset[str]
    total: int | None = None


def call_action(  # noqa: PLR0913 - who asks, by which way, and what
    site: Site,
    name: str,
    params: Mapping[str, Any],
    *,
    user_id: str | None = None,
    via: str = "internal",
    ignore_auth: bool = False,
    request_id: str | None = None,
    origin: Origin = INSIDE,
) -> Outcome:
    """Run an action and return what it gave."""
    caller: dict[str, Any] = {
        "user_id": user_id,
        "via": via,
        "ignore_auth": ignore_auth,
        "request_id": request_id,
        "origin": origin,
    }
    if site.actions.is_read_only(name):
        with reading(site, **caller) as context:
            result = context.call(name, params)
        return Outcome(result, frozenset(), context.work.totals.get(name))
    site.hooks.before_transaction(site=site, action=name, params=params)
    with unit_of_work(site, **caller) as context:
        result = context.call(name, params)
    return Outcome(result, frozenset(context.work.changed_packages))
