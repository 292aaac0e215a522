"""Formats of files, for forms that complete what is typed."""

from __future__ import annotations

from sqlalchemy import func, select

from cytotheca.core.models.package import Package
from cytotheca.core.models.resource import Resource
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.declare import Action
from cytotheca.core.schema.params import Natural, Params, Words


class FormatAutocomplete(Params):
    """Parameters of ``format_autocomplete``."""

    q: Words | None = ""
    limit: Natural = 5


def format_autocomplete(context: Context, params: FormatAutocomplete) -> list[str]:
    """Return formats of public files that hold a text, most used first, in lower case.

    Parameters: ``q``, ``limit`` (5). Example: ``{"q": "cs"}``
    """
    words = (params.q or "").strip().lower()
    if not words:
        return []
    name = func.lower(Resource.format)
    query = (
        select(name)
        .join(Package, Package.id == Resource.package_id)
        .where(
            Package.state == "active",
            Package.private.is_(False),
            Resource.state == "active",
            name.contains(words, autoescape=True),
        )
        .group_by(name)
        .order_by(func.count().desc(), name)
        .limit(params.limit)
    )
    return list(context.session.scalars(query))


ACTIONS = (
    Action(
        name="format_autocomplete",
        body=format_autocomplete,
        params=FormatAutocomplete,
        read_only=True,
    ),
)
