"""Actions on views: the ways in which a resource's page shows its file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, func, select

from cytotheca.core.actions.package_dict import show_package
from cytotheca.core.actions.package_resources import default_specs
from cytotheca.core.auth.package import get_package, get_package_of_resource
from cytotheca.core.auth.resource_view import get_view, id_of
from cytotheca.core.domain.errors import ValidationError
from cytotheca.core.models.base import new_id
from cytotheca.core.models.resource import ResourceView, list_views
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.declare import Action
from cytotheca.core.schema.params import IdParams
from cytotheca.core.schema.resource_view import (
    DefaultViews,
    DefaultViewsOfAll,
    ViewChange,
    ViewCreate,
    ViewOrder,
    ViewTypes,
)
from cytotheca.core.schema.upload import UploadedFile

Shown = dict[str, Any]
FIXED = frozenset({"id", "resource_id", "package_id", "view_type", "title", "description"})


def show_view(view: ResourceView, package_id: str) -> Shown:
    """Return a view as shown; its settings stand flat."""
    return {
        **view.config,
        "id": view.id,
        "resource_id": view.resource_id,
        "package_id": package_id,
        "view_type": view.view_type,
        "title": view.title,
        "description": view.description,
    }


def resource_view_list(context: Context, params: IdParams) -> list[Shown]:
    """List the views of a resource in their order; only those of enabled plugins.

    Parameters: ``id`` of the resource.
    """
    package = get_package_of_resource(context, params.id)
    return [
        show_view(view, package.id)
        for view in list_views(context.session, params.id)
        if view.view_type in context.site.views
    ]


def resource_view_show(context: Context, params: IdParams) -> Shown:
    """Show a view.

    Parameters: ``id`` of the view. Example: ``{"id": "8a4f6c0e-…"}``
    """
    view = get_view(context, params.id)
    return show_view(view, get_package_of_resource(context, view.resource_id).id)


def resource_view_create(context: Context, params: ViewCreate) -> Shown:
    """Add a way of showing a resource, after those that are there; return it.

    Parameters: ``resource_id``, ``view_type`` (one that is enabled on the site, e.g.
    ``image_view``, ``text_view``, ``datatables_view``), ``title``, ``description``;
    all further keys are kept as the view's settings.

    Example: ``{"resource_id": "0b5ca4a6-…", "view_type": "text_view", "title": "Notes"}``
    """
    if params.view_type not in context.site.views:
        known = ", ".join(sorted(context.site.views))
        raise ValidationError({"view_type": [f"There is no such type of view; known: {known}"]})
    package = get_package_of_resource(context, params.resource_id)
    last = context.session.scalar(
        select(func.max(ResourceView.order)).where(ResourceView.resource_id == params.resource_id)
    )
    view = ResourceView(
        id=new_id(),
        resource_id=params.resource_id,
        view_type=params.view_type,
        title=params.title,
        description=params.description or "",
        order=0 if last is None else last + 1,
        config=_config(params),
    )
    context.session.add(view)
    context.session.flush()
    return show_view(view, package.id)


def resource_view_update(context: Context, params: ViewChange) -> Shown:
    """Replace title, description and settings of a view; its type stays. Return it.

    Parameters: ``id`` of the view, ``title``, ``description``, further keys.

    Example: ``{"id": "8a4f6c0e-…", "title": "Events over time"}``
    """
    view = get_view(context, params.id)
    view.title, view.description = params.title, params.description or ""
    view.config = _config(params)
    context.session.flush()
    return show_view(view, get_package_of_resource(context, view.resource_id).id)


def resource_view_delete(context: Context, params: IdParams) -> Shown:
    """Remove a view; the file stays.

    Parameters: ``id`` of the view. Returns ``{"resource_id"}``.
    """
    view = get_view(context, params.id)
    context.session.delete(view)
    context.session.flush()
    return {"resource_id": view.resource_id}


def resource_view_reorder(context: Context, params: ViewOrder) -> Shown:
    """Put the views of a resource into another order; those not named follow.

    Parameters: ``id`` of the resource, ``order`` (ids of views). Returns both.

    Example: ``{"id": "0b5ca4a6-…", "order": ["8a4f6c0e-…", "77aa01b2-…"]}``
    """
    views = {view.id: view for view in list_views(context.session, params.id)}
    unknown = [one for one in params.order if one not in views]
    if unknown:
        raise ValidationError({"order": [f"No views of this resource: {', '.join(unknown)}"]})
    order = [*params.order, *(one for one in views if one not in params.order)]
    for position, view_id in enumerate(order):
        views[view_id].order = position
    context.session.flush()
    return {"id": params.id, "order": order}


def resource_view_clear(context: Context, params: ViewTypes) -> None:
    """Remove all views of the site, or those of some types.

    Parameters: ``view_types`` (list; none for all). Example: ``{"view_types": ["image_view"]}``
    """
    statement = delete(ResourceView)
    if params.view_types:
        statement = statement.where(ResourceView.view_type.in_(params.view_types))
    context.session.execute(statement)


def resource_create_default_resource_views(context: Context, params: DefaultViews) -> list[Shown]:
    """Add to a resource the views that fit its file and are not there; return the new ones.

    Parameters: ``resource`` (an object with ``id``).
    """
    rid = id_of("resource", params.resource)
    dataset = show_package(context, get_package_of_resource(context, rid))
    return _add_fitting(context, dataset, {rid})


def package_create_default_resource_views(
    context: Context, params: DefaultViewsOfAll
) -> list[Shown]:
    """Add to all resources of a dataset the views that fit; return the new ones.

    Parameters: ``package`` (an object with ``id``), ``view_types`` (those that new files get).
    """
    package = get_package(context, id_of("package", params.package))
    dataset = show_package(context, package)
    wanted = {one["id"] for one in dataset["resources"]}
    return _add_fitting(context, dataset, wanted, params.view_types)


def _add_fitting(
    context: Context, dataset: Mapping[str, Any], wanted: set[str], only: Sequence[str] = ()
) -> list[Shown]:
    made = []
    named = [spec for spec in context.site.views.values() if spec.name in only]
    specs = named if only else default_specs(context.site)
    for resource in dataset["resources"]:
        if resource["id"] not in wanted:
            continue
        present = list_views(context.session, resource["id"])
        types = {view.view_type for view in present}
        order = max((view.order for view in present), default=-1)
        for spec in specs:
            if spec.name in types or not spec.applies(resource, dataset):
                continue
            order += 1
            view = ResourceView(
                id=new_id(),
                resource_id=resource["id"],
                view_type=spec.name,
                title=spec.title,
                description="",
                order=order,
                config={},
            )
            context.session.add(view)
            made.append(view)
    context.session.flush()
    return [show_view(view, dataset["id"]) for view in made]


def _config(params: ViewCreate | ViewChange) -> Shown:
    further = params.model_extra or {}
    if any(isinstance(value, UploadedFile) for value in further.values()):
        raise ValidationError("A view takes no files")
    return {key: value for key, value in further.items() if key not in FIXED}


ACTIONS = (
    Action(name="resource_view_list", body=resource_view_list, params=IdParams, read_only=True),
    Action(name="resource_view_show", body=resource_view_show, params=IdParams, read_only=True),
    Action(name="resource_view_create", body=resource_view_create, params=ViewCreate),
    Action(name="resource_view_update", body=resource_view_update, params=ViewChange),
    Action(name="resource_view_delete", body=resource_view_delete, params=IdParams),
    Action(name="resource_view_reorder", body=resource_view_reorder, params=ViewOrder),
    Action(name="resource_view_clear", body=resource_view_clear, params=ViewTypes),
    Action(
        name="resource_create_default_resource_views",
        body=resource_create_default_resource_views,
        params=DefaultViews,
    ),
    Action(
        name="package_create_default_resource_views",
        body=package_create_default_resource_views,
        params=DefaultViewsOfAll,
    ),
)
