"""Searching for resources of public datasets."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute

from cytotheca.core.actions.package_dict import show_resources
from cytotheca.core.domain.errors import ValidationError
from cytotheca.core.models.package import Package
from cytotheca.core.models.resource import Resource
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.declare import Action
from cytotheca.core.schema.params import Natural, OptionalNatural, Params, Words

FIELDS: dict[str, InstrumentedAttribute[str | None]] = {
    name: getattr(Resource, name)
    for name in (
        "id", "package_id", "name", "description", "format", "url", "hash", "mimetype",
        "mimetype_inner", "resource_type", "url_type",
    )
}  # fmt: skip
MOST = 1000
MAX_TERMS = 100


def _listed(value: Any) -> Any:
    return value if isinstance(value, list) else [value] if value else []


class ResourceSearch(Params):
    """Parameters of ``resource_search``."""

    query: Annotated[list[Words], BeforeValidator(_listed), Field(max_length=MAX_TERMS)] = Field(
        default_factory=list
    )
    order_by: str | None = None
    offset: Natural = 0
    limit: OptionalNatural = None


def resource_search(context: Context, params: ResourceSearch) -> dict[str, Any]:
    """Search for resources of public datasets: ``{"count", "results"}``.

    Parameters: ``query`` (``field:term``, or a list of which all must fit; part of
    the value, in any case; of ``hash`` the beginning), ``order_by`` (a field),
    ``offset``, ``limit`` (at most 1000).

    Example: ``{"query": "name:beads", "limit": 5}``
    """
    if not params.query:
        raise ValidationError({"query": ["Missing value"]})
    wanted = (
        Package.state == "active",
        Package.private.is_(False),
        Resource.state == "active",
        *(_condition(term) for term in params.query),
    )
    found = select(Resource).join(Package, Package.id == Resource.package_id).where(*wanted)
    counted = select(func.count()).select_from(found.subquery())
    ordered = [_field(params.order_by)] if params.order_by else []
    page = found.order_by(*ordered, Resource.id).offset(params.offset)
    rows = context.session.scalars(page.limit(min(params.limit or MOST, MOST)))
    return {
        "count": context.session.scalar(counted) or 0,
        "results": show_resources(context, rows),
    }


def _condition(term: str) -> ColumnElement[bool]:
    name, colon, value = term.partition(":")
    if not colon:
        raise ValidationError({"query": ["Must be <field>:<value> pair(s)"]})
    column = _field(name)
    if name == "hash":
        return column.istartswith(value, autoescape=True)
    return column.icontains(value, autoescape=True)


def _field(name: str) -> InstrumentedAttribute[str | None]:
    if name not in FIELDS:
        text = f'Field "{name[:100]}" not recognised in resource_search.'
        raise ValidationError({"query": [text]})
    return FIELDS[name]


ACTIONS = (
    Action(name="resource_search", body=resource_search, params=ResourceSearch, read_only=True),
)
