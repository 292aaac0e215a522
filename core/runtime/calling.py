"""Runs one action in a transaction of its own; every adapter calls this."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from cytotheca.core.domain.errors import TooManyRequests
from cytotheca.core.runtime.origin import INSIDE, Origin
from cytotheca.core.runtime.repeating import AlreadyRunning, Repeat, claim, keep, recall
from cytotheca.core.runtime.unit_of_work import reading, unit_of_work

if TYPE_CHECKING:
    from cytotheca.core.runtime.site import Site


class Outcome(NamedTuple):
    """What an action gave: its result, the datasets it changed, and the length of a whole list.

    ``total`` is None for what is no list, or always whole. ``replayed``: the call had been
    made before, and this is what it gave then.
    """

    result: Any
    changed: frozenset[str]
    total: int | None = None
    replayed: bool = False


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
    repeat: Repeat | None = None,
) -> Outcome:
    """Run an action and return what it gave; with ``repeat``, at most once."""
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
    if repeat is not None:
        return _call_once(site, name, params, caller, repeat)
    with unit_of_work(site, **caller) as context:
        result = context.call(name, params)
    return Outcome(result, frozenset(context.work.changed_packages))


def _call_once(
    site: Site, name: str, params: Mapping[str, Any], caller: Mapping[str, Any], repeat: Repeat
) -> Outcome:
    """Run an action unless a call of the same key did."""
    try:
        with unit_of_work(site, **caller) as context:
            known = recall(context, repeat)
            if known is None:
                row = claim(context, repeat)
                result = context.call(name, params)
                changed = frozenset(context.work.changed_packages)
                keep(row, result, changed)
                return Outcome(result, changed)
    except AlreadyRunning:
        with reading(site, **caller) as context:
            known = recall(context, repeat)
    if known is None:
        raise TooManyRequests("A call of this key is under way.", retry_after_s=1)
    return Outcome(known.result, frozenset(known.changed), replayed=True)
