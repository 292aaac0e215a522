"""Runs one action in a transaction of its own; every adapter calls this."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cytotheca.core.runtime.origin import INSIDE, Origin
from cytotheca.core.runtime.unit_of_work import reading, unit_of_work

if TYPE_CHECKING:
    from cytotheca.core.runtime.site import Site


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
) -> tuple[Any, frozenset[str]]:
    """Run an action; return its result and the ids of the datasets it changed."""
    caller: dict[str, Any] = {
        "user_id": user_id,
        "via": via,
        "ignore_auth": ignore_auth,
        "request_id": request_id,
        "origin": origin,
    }
    if site.actions.is_read_only(name):
        with reading(site, **caller) as context:
            return context.call(name, params), frozenset()
    site.hooks.before_transaction(site=site, action=name, params=params)
    with unit_of_work(site, **caller) as context:
        result = context.call(name, params)
    return result, frozenset(context.work.changed_packages)
