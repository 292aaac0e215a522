"""The context of whoever sends the present request."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import g

from cytotheca.core.http.identity import current_identity, origin_of
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.site import Site
from cytotheca.core.runtime.unit_of_work import reading


@contextmanager
def caller_reading(site: Site) -> Iterator[Context]:
    """Give a context of the present caller that writes nothing."""
    identity = current_identity(site)
    with reading(
        site,
        user_id=identity.user_id,
        via="web",
        request_id=g.get("request_id"),
        origin=origin_of(identity),
    ) as context:
        yield context
