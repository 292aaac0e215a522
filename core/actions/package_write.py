"""Actions that change datasets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import delete, select

from cytotheca.core.actions.package_dict import show_package
from cytotheca.core.actions.package_save import save_dataset, tell_resources
from cytotheca.core.actions.tombstone import MAX_REASON, note_withdrawal
from cytotheca.core.auth.package import get_package
from cytotheca.core.domain.errors import ValidationError
from cytotheca.core.domain.revision import (
    apply_update,
    keep_only,
    match_problems,
    matched_dataset,
    split_parameters,
)
from cytotheca.core.models.account import Followed
from cytotheca.core.models.base import utc_now
from cytotheca.core.models.former_name import forget_former_names
from cytotheca.core.models.group import Member, find_group
from cytotheca.core.models.package import Package, PackageMember, PackageTag, find_package
from cytotheca.core.models.resource import UploadTicket
from cytotheca.core.models.user import Follow
from cytotheca.core.models.version import objects_of_package
from cytotheca.core.runtime.auditing import record
from cytotheca.core.runtime.changes import DatasetChange, ResourceKind
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.declare import Action
from cytotheca.core.schema import results
from cytotheca.core.schema.accepted import (
    ChangedDataset,
    NewDataset,
    NewOwner,
    ResourceOrder,
    Revision,
)
from cytotheca.core.schema.params import MAX_ITEMS, IdParams, Params, Ref

Shown = dict[str, Any]


def locked(context: Context, ref: Any) -> Package:
    """Return a dataset and lock its row. Raises ``NotFound``."""
    package = get_package(context, ref)
    return find_package(context.session, package.id, for_update=True) or package


def package_create(context: Context, params: Mapping[str, Any]) -> Shown:
    """Create a dataset and return it.

    Parameters: all fields of a dataset, e.g. ``name``, ``title``, ``owner_org``
    (id or name), ``state`` (``draft`` or ``active``), ``private``, ``tags``,
    ``extras``, ``groups``, ``resources``.

    Example: ``{"name": "beads-1", "owner_org": "lab-a", "state": "draft"}``
    """
    return save_dataset(context, action="package_create", proposed=params)


def package_update(context: Context, params: Mapping[str, Any]) -> Shown:
    """Replace a dataset's values and return it.

    Parameters: ``id`` (or ``name``) and the full dataset. Missing texts, tags and
    extras are cleared; missing ``resources`` and ``groups`` stay as they are.

    Example: ``{"id": "beads-1", "title": "Beads"}``
    """
    package = locked(context, params.get("id") or params.get("name"))
    current = show_package(context, package)
    proposed = {**params, "id": package.id}
    if "groups" not in params:
        proposed["groups"] = current["groups"]
    return save_dataset(
        context, action="package_update", proposed=proposed, package=package, current=current
    )


def package_patch(context: Context, params: Mapping[str, Any]) -> Shown:
    """Change some values of a dataset and return it; all others stay.

    Parameters: ``id`` (or ``name``) and the values to change.

    Example: ``{"id": "beads-1", "notes": "measured twice"}``
    """
    package = locked(context, params.get("id") or params.get("name"))
    current = show_package(context, package)
    proposed = {**current, **params, "id": package.id}
    if params.get("name") == params.get("id"):
        proposed["name"] = current["name"]
    return save_dataset(
        context, action="package_patch", proposed=proposed, package=package, current=current
    )


def package_revise(context: Context, params: Mapping[str, Any]) -> Shown:
    """Revise a dataset: match, filter, update; return ``{"package": dataset}``.

    Parameters: ``match`` (must hold ``id`` or ``name``; compared with the present
    dataset), ``filter`` (``+path``/``-path`` patterns), ``update`` (merged),
    ``update__<path>`` and ``update__<list>__extend`` (flattened), ``include``
    (patterns that prune the answer). All of it happens at once or not at all.

    Example: ``{"match": {"id": "beads-1"}, "update": {"state": "active"}}``
    """
    ref = matched_dataset(params)
    if ref is None:
        raise ValidationError({"match__id": ["Missing value"]})
    parts = split_parameters(params)
    package = locked(context, ref)
    current = show_package(context, package)
    problems = match_problems(parts["match"], parts["match__"], current)
    if problems:
        raise ValidationError({"match": problems})
    proposed = keep_only(current, parts["filter"]) if parts["filter"] else dict(current)
    proposed["id"] = package.id
    proposed = apply_update(proposed, parts["update"], parts["update__"])
    saved = save_dataset(
        context, action="package_revise", proposed=proposed, package=package, current=current
    )
    return {"package": keep_only(saved, parts["include"]) if parts["include"] else saved}


class Deletion(IdParams):
    """Parameters of ``package_delete`` and ``dataset_purge``."""

    reason: Annotated[str, Field(max_length=MAX_REASON)] = ""


def package_delete(context: Context, params: Deletion) -> None:
    """Mark a dataset as deleted.

    Parameters: ``id`` (id or name), ``reason`` (shown to those who follow a link to a
    dataset that was public).

    Example: ``{"id": "beads-1", "reason": "Superseded by beads-2"}``
    """
    package = locked(context, params.id)
    current = show_package(context, package)
    change = DatasetChange(
        action="package_delete", current=current, proposed={**current, "state": "deleted"}
    )
    context.check("dataset_change", change)
    note_withdrawal(context, current, params.reason)
    package.state = "deleted"
    package.metadata_modified = utc_now()
    context.session.execute(
        delete(Member).where(Member.table_name == "package", Member.table_id == package.id)
    )
    context.session.execute(delete(PackageMember).where(PackageMember.package_id == package.id))
    context.session.flush()
    change.proposed = show_package(context, locked(context, package.id))
    context.site.hooks.dataset_changed(context=context, change=change)
    context.reindex(package.id)


def dataset_purge(context: Context, params: Deletion) -> None:
    """Remove a dataset and its files for good.

    Parameters: ``id`` (id or name), ``reason`` (as in ``package_delete``). Editors may
    purge deleted datasets that never were active; all else is for system administrators.

    Example: ``{"id": "beads-1"}``
    """
    package = locked(context, params.id)
    shown = show_package(context, package)
    note_withdrawal(context, shown, params.reason)
    files = [list(one) for one in objects_of_package(context.session, package.id)]
    changes = [(resource["id"], ResourceKind.DELETED) for resource in shown["resources"]]
    tell_resources(context, {**shown, "state": "deleted"}, changes)
    context.site.hooks.dataset_purged(context=context, dataset=shown)
    context.session.execute(
        delete(Member).where(Member.table_name == "package", Member.table_id == package.id)
    )
    ids = [resource["id"] for resource in shown["resources"]]
    context.session.execute(delete(UploadTicket).where(UploadTicket.resource_id.in_(ids)))
    context.session.execute(delete(PackageTag).where(PackageTag.package_id == package.id))
    context.session.execute(
        delete(Follow).where(Follow.kind == Followed.DATASET, Follow.object_id == package.id)
    )
    forget_former_names(context.session, package.id)
    context.session.execute(delete(Package).where(Package.id == package.id))
    record(context, "dataset_purged", "dataset", package.id, name=package.name)
    context.session.flush()
    context.session.expunge_all()
    context.reindex(package.id)
    if files:
        context.after_commit("remove_objects", package.id, {"objects": files})


def package_resource_reorder(context: Context, params: Mapping[str, Any]) -> Shown:
    """Put resources into another order; those not named follow as they were.

    Parameters: ``id``, ``order`` (list of resource ids). Returns both.
    """
    order = params.get("order")
    texts = isinstance(order, list) and all(isinstance(rid, str) for rid in order)
    if not isinstance(order, list) or not texts or len(set(order)) != len(order):
        raise ValidationError({"order": ["Must supply unique resource_ids"]})
    package = locked(context, params.get("id"))
    current = show_package(context, package)
    by_id = {resource["id"]: resource for resource in current["resources"]}
    unknown = [rid for rid in order if rid not in by_id]
    if unknown:
        raise ValidationError({"order": [f"resource_ids {', '.join(unknown)} not in dataset"]})
    rest = [rid for rid in by_id if rid not in order]
    proposed = {**current, "resources": [by_id[rid] for rid in [*order, *rest]]}
    save_dataset(
        context, action="package_resource_reorder", proposed=proposed, package=package,
        current=current,
    )  # fmt: skip
    return {"id": package.id, "order": [*order, *rest]}


def package_owner_org_update(context: Context, params: Mapping[str, Any]) -> None:
    """Give a dataset to another organization.

    Parameters: ``id``, ``organization_id`` (id or name).
    """
    organization = params.get("organization_id")
    if not organization:
        raise ValidationError({"organization_id": ["Missing value"]})
    context.call("package_patch", {"id": params.get("id"), "owner_org": organization})


class Bulk(Params):
    """Parameters of the bulk actions."""

    datasets: Annotated[list[str], Field(max_length=MAX_ITEMS)]
    org_id: Ref


def _bulk(context: Context, params: Bulk, changes: Mapping[str, Any]) -> None:
    organization = find_group(context.session, params.org_id, is_organization=True)
    if organization is None:
        raise ValidationError({"org_id": ["Organization does not exist"]})
    query = select(Package.id).where(
        Package.id.in_(params.datasets), Package.owner_org == organization.id
    )
    for package_id in context.session.scalars(query).all():
        context.call("package_patch", {"id": package_id, **changes})


def bulk_update_private(context: Context, params: Bulk) -> None:
    """Make datasets of an organization private: ``datasets`` (ids), ``org_id``."""
    _bulk(context, params, {"private": True})


def bulk_update_public(context: Context, params: Bulk) -> None:
    """Make datasets of an organization public: ``datasets`` (ids), ``org_id``."""
    _bulk(context, params, {"private": False})


def bulk_update_delete(context: Context, params: Bulk) -> None:
    """Mark datasets of an organization as deleted: ``datasets`` (ids), ``org_id``."""
    _bulk(context, params, {"state": "deleted"})


ACTIONS = (
    Action(
        name="package_create",
        body=package_create,
        result=results.Dataset,
        uploads=True,
        accepts=NewDataset,
    ),
    Action(
        name="package_update",
        body=package_update,
        result=results.Dataset,
        uploads=True,
        accepts=ChangedDataset,
    ),
    Action(
        name="package_patch",
        body=package_patch,
        result=results.Dataset,
        uploads=True,
        accepts=ChangedDataset,
    ),
    Action(
        name="package_revise",
        body=package_revise,
        result=results.Revised,
        uploads=True,
        accepts=Revision,
    ),
    Action(name="package_delete", body=package_delete, params=Deletion, uploads=True),
    Action(name="dataset_purge", body=dataset_purge, params=Deletion),
    Action(
        name="package_resource_reorder",
        body=package_resource_reorder,
        uploads=True,
        accepts=ResourceOrder,
    ),
    Action(name="package_owner_org_update", body=package_owner_org_update, accepts=NewOwner),
    Action(name="bulk_update_private", body=bulk_update_private, params=Bulk),
    Action(name="bulk_update_public", body=bulk_update_public, params=Bulk),
    Action(name="bulk_update_delete", body=bulk_update_delete, params=Bulk),
)
