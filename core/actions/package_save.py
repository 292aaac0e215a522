"""The one path by which a dataset changes.

Create, update, patch, revise and all resource actions end here: prepare, rule,
validate, store files, write, freeze a version, tell the plugins.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from cytotheca.core.actions.dataset_past import Past, write_past
from cytotheca.core.actions.package_dict import show_package
from cytotheca.core.actions.package_fields import write_fields, write_groups, write_tags
from cytotheca.core.actions.package_resources import ResourceSaver, default_views
from cytotheca.core.actions.tombstone import note_return, note_withdrawal
from cytotheca.core.auth.roles import collaborations, has_permission
from cytotheca.core.domain.errors import NotAuthorized, ValidationError
from cytotheca.core.domain.identifiers import pid_identifier
from cytotheca.core.models.base import new_id, utc_now
from cytotheca.core.models.former_name import DATASET, note_former_name
from cytotheca.core.models.group import find_group
from cytotheca.core.models.package import Package, PersistentId, find_package
from cytotheca.core.publication.versions import freeze
from cytotheca.core.runtime.auditing import record
from cytotheca.core.runtime.changes import DatasetChange, ResourceChange, ResourceKind
from cytotheca.core.runtime.context import Context
from cytotheca.core.schema.errors import Errors, merge
from cytotheca.core.schema.upload import UploadedFile
from cytotheca.core.settings.site import AuthSettings, PidSettings

UPLOAD = "upload"
COMPUTED = frozenset(
    {
        "metadata_created",
        "metadata_modified",
        "num_resources",
        "num_tags",
        "organization",
        "license_title",
        "license_url",
        "isopen",
        "creator_user_id",
        "pid",
        "dataset_number",
    }
)


def save_dataset(  # noqa: PLR0913 - what is, what shall be, and what was elsewhere
    context: Context,
    *,
    action: str,
    proposed: Mapping[str, Any],
    package: Package | None = None,
    current: Mapping[str, Any] | None = None,
    past: Past | None = None,
) -> dict[str, Any]:
    """Save a dataset as proposed and return it as shown.

    ``package`` and ``current`` are the row and the dataset before, both absent
    on creation. A proposal equal to the present state writes nothing. ``past`` is
    what a new dataset brings from another site.
    """
    change = _gather(action, proposed, current)
    context.site.hooks.prepare_dataset(context=context, change=change)
    _defaults(change)
    context.check("dataset_change", change)
    values = _validate(context, change, package)
    change.proposed = {**change.proposed, **values}
    row = package or _new_package(context, values)
    saver = ResourceSaver(context, row, change)
    changed = write_fields(context, row, values, added=context.site.schemas.added)
    context.session.flush()
    changed = saver.save(values["resources"]) or changed
    changed = write_tags(context, row, values["tags"]) or changed
    if "groups" in change.proposed:
        changed = write_groups(context, row, values["groups"]) or changed
    if not changed and current is not None:
        return dict(current)
    return _conclude(context, row, change, saver, past)


def _gather(
    action: str, proposed: Mapping[str, Any], current: Mapping[str, Any] | None
) -> DatasetChange:
    """Return the change with uploads taken out of the resources."""
    data = {key: value for key, value in proposed.items() if key not in COMPUTED}
    uploads: dict[int, UploadedFile] = {}
    resources = data.get("resources")
    if isinstance(resources, list):
        kept: list[Any] = []
        for position, item in enumerate(resources):
            if isinstance(item, Mapping):
                if isinstance(item.get(UPLOAD), UploadedFile):
                    uploads[position] = item[UPLOAD]
                kept.append({key: value for key, value in item.items() if key != UPLOAD})
            else:
                kept.append(item)
        data["resources"] = kept
    return DatasetChange(action=action, current=current, proposed=data, uploads=uploads)


def _defaults(change: DatasetChange) -> None:
    data = change.proposed
    data["tags"] = _tags_of(data)
    if change.current is not None:
        for key in ("id", "name", "owner_org", "private", "state"):
            if data.get(key) in (None, "") and not (key == "owner_org" and key in data):
                data[key] = change.current[key]
        data["type"] = change.current.get("type", "dataset")
        data.setdefault("resources", change.current["resources"])
        return
    if not data.get("title"):
        data["title"] = data.get("name")


def _tags_of(data: Mapping[str, Any]) -> Any:
    text = data.get("tag_string")
    if isinstance(text, str) and text.strip() and not data.get("tags"):
        return [{"name": word.strip()} for word in text.split(",") if word.strip()]
    return data.get("tags") or []


def _validate(context: Context, change: DatasetChange, package: Package | None) -> dict[str, Any]:
    values, errors = context.site.schemas.validate_dataset(change.proposed)
    chosen = change.is_new and change.proposed.get("id")
    if chosen and not context.is_sysadmin and not context.ignore_auth:
        errors = merge(errors, {"id": ["The input field id was not expected."]})
    errors = merge(errors, _name_problems(context, change.proposed.get("name"), package))
    owner, owner_errors = _owner(context, change, package)
    errors = merge(errors, owner_errors)
    errors = merge(errors, _size_problems(change))
    if not errors:
        values["owner_org"] = owner
        if change.proposed.get("private") and values["private"] and owner is None:
            errors["private"] = ["Datasets with no organization can't be private."]
    if errors:
        raise ValidationError(errors)
    context.site.hooks.check_dataset(context=context, change=change)
    return values


def _name_problems(context: Context, name: Any, package: Package | None) -> Errors:
    if not isinstance(name, str):
        return {}
    holder = context.session.scalar(select(Package).where(Package.name == name))
    if holder is None or (package is not None and holder.id == package.id):
        return {}
    if holder.state == "deleted":
        holder.name = holder.id
        context.session.flush()
        return {}
    return {"name": ["That URL is already in use."]}


def _owner(
    context: Context, change: DatasetChange, package: Package | None
) -> tuple[str | None, Errors]:
    """Return the id of the owning organization and what is wrong with it."""
    ref = change.proposed.get("owner_org")
    before = package.owner_org if package else None
    if ref in (None, ""):
        if context.site.settings(AuthSettings).create_unowned_dataset:
            return None, {}
        return None, {"owner_org": ["An organization must be provided"]}
    if ref == before:
        return before, {}
    group = find_group(context.session, str(ref), is_organization=True)
    if group is None or group.state != "active":
        return None, {"owner_org": ["Organization does not exist"]}
    if group.id != before and not context.ignore_auth:
        _require_move(context, group.id, package)
    return group.id, {}


def _require_move(context: Context, organization_id: str, package: Package | None) -> None:
    if not has_permission(context, organization_id, "create_dataset"):
        raise ValidationError({"owner_org": ["You cannot add a dataset to this organization"]})
    if package is None or context.is_sysadmin:
        return
    allowed = context.site.settings(AuthSettings).allow_collaborators_to_change_owner_org
    by_role = has_permission(context, package.owner_org, "update_dataset")
    if not by_role and package.id in collaborations(context) and not allowed:
        raise NotAuthorized("Collaborators cannot move this dataset to another organization")


def _size_problems(change: DatasetChange) -> Errors:
    bad = {index for index, upload in change.uploads.items() if upload.too_large}
    if not bad:
        return {}
    text = {"upload": ["File upload too large"]}
    count = len(change.proposed["resources"])
    return {"resources": [text if index in bad else {} for index in range(count)]}


def _new_package(context: Context, values: Mapping[str, Any]) -> Package:
    package = Package(
        id=values.get("id") or new_id(),
        name=values["name"],
        type=values.get("type") or "dataset",
        creator_user_id=context.user_id,
        extras={},
        fields={},
        plugin_data={},
        tags=[],
        state=values["state"],
        private=values["private"],
    )
    if find_package(context.session, package.id) is not None:
        raise ValidationError({"id": ["Dataset id already exists."]})
    context.session.add(package)
    context.session.flush()
    _give_pid(context, package)
    return package


def _give_pid(context: Context, package: Package) -> None:
    """Give number and persistent identifier; an identifier in use is drawn anew."""
    pid = context.site.settings(PidSettings)
    while True:
        identifier = pid_identifier(pid.shoulder, secrets.randbelow(2**40))
        account = identifier.replace("/", "")
        used = select(func.count()).where(PersistentId.account == account)
        if not context.session.scalar(used):
            break
    context.session.add(
        PersistentId(
            package_id=package.id,
            protocol=pid.protocol,
            authority=pid.authority,
            identifier=identifier,
            account=account,
        )
    )


def _conclude(
    context: Context, row: Package, change: DatasetChange, saver: ResourceSaver, past: Past | None
) -> dict[str, Any]:
    row.metadata_modified = utc_now()
    if past is not None:
        write_past(context, row, past)
    row.was_active = row.was_active or row.state == "active"
    context.session.flush()
    shown = show_package(context, _reload(context, row))
    publishes = change.publishes
    _note_presence(context, change.current, shown)
    _record_visibility(context, change.current, shown)
    if change.current is not None and change.current["name"] != shown["name"]:
        note_former_name(context.session, DATASET, change.current["name"], shown["id"])
    change.proposed = shown
    if row.state == "active" and context.via != "job":
        freeze(context.session, shown, user_id=context.user_id, first=publishes)
    for resource in shown["resources"]:
        if (resource["id"], ResourceKind.NEW) in saver.changes:
            default_views(context, resource, shown)
    context.site.hooks.dataset_changed(context=context, change=change)
    tell_resources(context, shown, saver.changes)
    _tell_moved(context, shown, saver.moved)
    context.work.changed_packages.add(row.id)
    context.reindex(row.id)
    return shown


def _tell_moved(context: Context, shown: Mapping[str, Any], moved: Collection[str]) -> None:
    for resource in shown["resources"]:
        if resource["id"] in moved:
            context.site.hooks.resource_url_changed(context=context, resource=resource)


def _note_presence(
    context: Context, before: Mapping[str, Any] | None, shown: Mapping[str, Any]
) -> None:
    """Note that a dataset was withdrawn, or is there again."""
    if before is None or before["state"] == shown["state"]:
        return
    if shown["state"] == "deleted":
        note_withdrawal(context, before)
    elif shown["state"] == "active":
        note_return(context, shown["id"])


def _record_visibility(
    context: Context, before: Mapping[str, Any] | None, shown: Mapping[str, Any]
) -> None:
    """Note in the audit log who may see a dataset, whenever that changes."""
    keys = ("private", "state", "owner_org")
    now = {key: shown[key] for key in keys}
    if before is None or any(before.get(key) != now[key] for key in keys):
        record(context, "visibility_changed", "dataset", shown["id"], name=shown["name"], **now)


def tell_resources(
    context: Context, shown: Mapping[str, Any], changes: Sequence[tuple[str, str]]
) -> None:
    """Tell the plugins what happened to each resource, now and after the commit."""
    by_id = {resource["id"]: resource for resource in shown["resources"]}
    for resource_id, kind in changes:
        change = ResourceChange(
            kind=ResourceKind(kind),
            resource=by_id.get(resource_id, {"id": resource_id}),
            dataset=shown,
        )
        context.site.hooks.resource_changed(context=context, change=change)
        if context.site.listens("after_resource_change"):
            payload = {"kind": kind, "dataset_id": shown["id"]}
            context.after_commit("resource_change", resource_id, payload)


def _reload(context: Context, row: Package) -> Package:
    found = find_package(context.session, row.id)
    if found is None:
        raise LookupError(row.id)
    return found
