"""The page of a resource, with the ways to look at it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from flask import Blueprint, Response, request

from cytotheca.core.domain.errors import NotFound
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.site import Site
from cytotheca.core.web.page_reading import may, page_reading, show
from cytotheca.core.web.resource_facts import Fact, plain_facts, section_facts
from cytotheca.core.web.resource_tabs import Tab, list_tabs

log = structlog.get_logger(__name__)

Dataset = Mapping[str, Any]
Resource = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourcePage:
    """Variables of ``package/resource_read.html``.

    ``view`` is the chosen way to look at the resource, ``view_data`` what its
    template needs; ``view_data`` None says that it could not be made.
    """

    pkg: Dataset
    resource: Resource
    facts: Sequence[Fact]
    section_facts: Sequence[Fact]
    views: Sequence[Tab] = ()
    view: Tab | None = None
    view_data: Mapping[str, Any] | None = field(default_factory=dict)
    may_edit: bool = False
    previous: Resource | None = None
    next: Resource | None = None


def resource_blueprint(site: Site) -> Blueprint:
    """Serve the pages of resources."""
    blueprint = Blueprint("resource", __name__)

    @blueprint.get("/dataset/<ref>/resource/<rid>")
    def read(ref: str, rid: str) -> Response:
        with page_reading(site) as context:
            dataset = context.call("package_show", {"id": ref, "include_resources": False})
            page = resource_page(context, dataset, rid, request.args.get("view", ""))
        return show("package/resource_read.html", page)

    return blueprint


def resource_page(context: Context, dataset: Dataset, rid: str, wanted: str) -> ResourcePage:
    """Return the variables of a resource's page. Raises ``NotFound``."""
    resource = context.call("resource_show", {"id": rid})
    if resource["package_id"] != dataset["id"]:
        raise NotFound
    previous, following = _neighbours(context, resource)
    views = list_tabs(context, resource, dataset)
    view = next(
        (one for one in views if wanted in (one.key, one.name)), views[0] if views else None
    )
    may_edit = may(context, "resource_update", {"id": rid})
    return ResourcePage(
        pkg=dataset,
        resource=resource,
        facts=plain_facts(resource, may_edit=may_edit),
        section_facts=section_facts(resource),
        views=views,
        view=view,
        view_data=_view_data(context, view, resource, dataset),
        previous=previous,
        next=following,
        may_edit=may_edit,
    )


def _neighbours(context: Context, resource: Resource) -> tuple[Resource | None, Resource | None]:
    """Return the resources before and after one in its dataset."""
    position = resource["position"]
    near = {"id": resource["package_id"], "offset": max(position - 1, 0), "limit": 3}
    by_position = {
        one["position"]: one for one in context.call("package_resource_list", near)["results"]
    }
    return by_position.get(position - 1), by_position.get(position + 1)


def _view_data(
    context: Context, view: Tab | None, resource: Resource, dataset: Dataset
) -> Mapping[str, Any] | None:
    if view is None:
        return {}
    try:
        return view.spec.variables(context, resource, dataset)
    except Exception as error:  # noqa: BLE001 - a view must not take the page and the download away
        log.warning(
            "A view could not be made.", view=view.name, resource=resource["id"], error=repr(error)
        )
        return None
