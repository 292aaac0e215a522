"""Actions on single resources; each ends in the one path of datasets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cytotheca.core.actions.dataset_version import VersionRef, show_version
from cytotheca.core.actions.package_dict import show_package, show_package_with
from cytotheca.core.actions.package_save import save_dataset
from cytotheca.core.actions.package_write import locked
from cytotheca.core.auth.package import get_package_of_resource
from cytotheca.core.auth.version import get_package_with_file
from cytotheca.core.domain.errors import NotFound, ValidationError
from cytotheca.core.models.resource import find_resource
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.declare import Action
from cytotheca.core.schema import results
from cytotheca.core.schema.accepted import ChangedResource, NewResource
from cytotheca.core.schema.params import MISSING, IdParams

Shown = dict[str, Any]
KEPT = ("name", "format", "hash", "size", "created", "last_modified", "url_type",
        "cache_last_updated")  # fmt: skip
NOT_STORED = ("clear_upload", "package_id")


def resource_create(context: Context, params: Mapping[str, Any]) -> Shown:
    """Append a resource to a dataset and return it.

    Parameters: ``package_id`` (id or name), ``url``, ``name``, ``description``,
    ``format``, ``upload`` (a file, in a multipart request), and any other key.

    Example: ``{"package_id": "beads-1", "name": "map", "url": "https://example.org/a.csv"}``
    """
    package = locked(context, required(params, "package_id"))
    current = show_package(context, package)
    added = {key: value for key, value in params.items() if key not in NOT_STORED}
    hooks = context.site.hooks
    hooks.before_resource_create(context=context, resource=added)
    proposed = {**current, "resources": [*current["resources"], added]}
    saved = _save(context, "resource_create", package, current, proposed)
    newest: Shown = saved["resources"][-1]
    hooks.after_resource_create(context=context, resource=newest)
    return newest


def resource_update(context: Context, params: Mapping[str, Any]) -> Shown:
    """Replace a resource's values and return it.

    Parameters: ``id`` and the full resource; ``upload`` replaces the file.
    """
    current_resource = _current(context, params)
    kept = {key: current_resource[key] for key in KEPT if key in current_resource}
    if "url" not in params and current_resource.get("url_type") == "upload":
        kept["url"] = current_resource["url"]
    return _replace(context, "resource_update", {**kept, **params})


def resource_patch(context: Context, params: Mapping[str, Any]) -> Shown:
    """Change some values of a resource and return it; all others stay.

    Parameters: ``id`` and the values to change; ``upload`` replaces the file.
    """
    return _replace(context, "resource_patch", {**_current(context, params), **params})


def required(params: Mapping[str, Any], key: str) -> str:
    """Return a parameter that must be given; the rules ask for it, but not of administrators."""
    if not params.get(key):
        raise ValidationError({key: [MISSING]})
    return str(params[key])


def _current(context: Context, params: Mapping[str, Any]) -> Shown:
    rid = required(params, "id")
    return _of(show_package(context, get_package_of_resource(context, rid)), rid)


def _replace(context: Context, action: str, resource: Mapping[str, Any]) -> Shown:
    rid = str(resource["id"])
    package = locked(context, get_package_of_resource(context, rid).id)
    current = show_package(context, package)
    new = {key: value for key, value in resource.items() if key not in NOT_STORED}
    hooks = context.site.hooks
    hooks.before_resource_update(context=context, current=_of(current, rid), resource=new)
    resources = [new if one["id"] == rid else one for one in current["resources"]]
    saved = _save(context, action, package, current, {**current, "resources": resources})
    shown = _of(saved, rid)
    hooks.after_resource_update(context=context, resource=shown)
    return shown


def _save(context: Context, action: str, package: Any, current: Shown, proposed: Shown) -> Shown:
    """Save; errors of the one resource are told at top level."""
    try:
        return save_dataset(
            context, action=action, proposed=proposed, package=package, current=current
        )
    except ValidationError as error:
        items = error.errors.get("resources")
        found = next((one for one in items or () if isinstance(one, dict) and one), None)
        if found is None:
            raise
        raise ValidationError(found) from None


def _of(dataset: Shown, resource_id: str) -> Shown:
    for resource in dataset["resources"]:
        if resource["id"] == resource_id:
            return dict(resource)
    raise NotFound("Resource was not found.")


def resource_delete(context: Context, params: Mapping[str, Any]) -> None:
    """Remove a resource from its dataset: ``id``."""
    rid = required(params, "id")
    package = locked(context, get_package_of_resource(context, rid).id)
    current = show_package(context, package)
    hooks, resources = context.site.hooks, current["resources"]
    hooks.before_resource_delete(context=context, resource=_of(current, rid), resources=resources)
    rest = [one for one in resources if one["id"] != rid]
    saved = _save(context, "resource_delete", package, current, {**current, "resources": rest})
    hooks.after_resource_delete(context=context, resources=saved["resources"])


class ResourceShow(IdParams):
    """Parameters of ``resource_show``."""

    version: VersionRef | None = None


def resource_show(context: Context, params: ResourceShow) -> Shown:
    """Show a resource.

    Parameters: ``id``; ``version`` (as in ``dataset_version_show``) shows it as it
    was in that version of its dataset.

    Example: ``{"id": "0b5ca4a6-…", "version": "1.0"}``
    """
    if params.version:
        dataset = get_package_with_file(context, params.id)
        return _of(show_version(context, dataset, params.version), params.id)
    package = get_package_of_resource(context, params.id)
    resource = find_resource(context.session, params.id)
    shown = show_package_with(context, package, [resource] if resource else [])
    return _of(shown, params.id)


ACTIONS = (
    Action(
        name="resource_create",
        body=resource_create,
        result=results.Resource,
        uploads=True,
        accepts=NewResource,
    ),
    Action(
        name="resource_update",
        body=resource_update,
        result=results.Resource,
        uploads=True,
        accepts=ChangedResource,
    ),
    Action(
        name="resource_patch",
        body=resource_patch,
        result=results.Resource,
        uploads=True,
        accepts=ChangedResource,
    ),
    Action(name="resource_delete", body=resource_delete, uploads=True, accepts=IdParams),
    Action(
        name="resource_show",
        body=resource_show,
        result=results.Resource,
        params=ResourceShow,
        read_only=True,
    ),
)
