"""Runs one action in a transaction of its own; every adapter calls this."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

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
) -> tuple[Any, frozenset[str]]:
    """Run an action; return its result and the ids of the datasets it changed."""
    if site.actions.is_read_only(name):
        with reading(
            site, user_id=user_id, via=via, ignore_auth=ignore_auth, request_id=request_id
        ) as context:
            return context.call(name, params), frozenset()
    site.hooks.before_transaction(site=site, action=name, params=params)
    with unit_of_work(
        site, user_id=user_id, via=via, ignore_auth=ignore_auth, request_id=request_id
    ) as context:
        result = context.call(name, params)
    return result, frozenset(context.work.changed_packages)
