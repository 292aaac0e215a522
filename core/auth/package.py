"""Who may do what with datasets and resources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cytotheca.core.auth.labels import may_read
from cytotheca.core.auth.roles import (
    has_permission,
    may_edit,
    may_manage_collaborators,
    organizations_with,
)
from cytotheca.core.domain.errors import NotAuthorized, NotFound, ValidationError
from cytotheca.core.domain.revision import matched_dataset
from cytotheca.core.models.group import Group, find_group, groups_of_packages
from cytotheca.core.models.package import Package, find_package, package_of_resource
from cytotheca.core.models.publication import list_locks
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.declare import Rule, Rules
from cytotheca.core.settings.site import AuthSettings

BLOCKING_LOCKS = frozenset(
    {"DcmUpload", "Workflow", "Ingest", "finalizePublication", "EditInProgress"}
)


def get_package(context: Context, ref: str | None) -> Package:
    """Return a dataset by id or name; read once where nothing can change. Raises ``NotFound``."""
    if not ref:
        raise ValidationError({"id": ["Missing value"]})
    known: Package | None = context.work.memo.get(f"package/{ref}")
    found = known or find_package(context.session, str(ref))
    if found is None:
        raise NotFound
    if context.work.snapshot:
        context.work.memo.update({f"package/{found.id}": found, f"package/{found.name}": found})
    return found


def get_package_of_resource(context: Context, resource_id: str) -> Package:
    """Return the dataset that holds a resource. Raises ``NotFound``."""
    package_id = package_of_resource(context.session, resource_id)
    if package_id is None:
        raise NotFound("Resource was not found.")
    return get_package(context, package_id)


def collections_of(context: Context, package: Package) -> Sequence[Group]:
    """Return the active collections of a dataset; read once where nothing can change."""

    def read() -> Sequence[Group]:
        return groups_of_packages(context.session, [package.id]).get(package.id, ())

    return context.once(f"collections/{package.id}", read)


def require_edit(context: Context, package: Package) -> None:
    """Refuse callers who may not change a dataset, and everybody while it is locked."""
    if not context.ignore_auth and not may_edit(context, package):
        raise NotAuthorized(f"User {context.user_name} not authorized to edit package {package.id}")
    require_unlocked(context, package)


def require_unlocked(context: Context, package: Package) -> None:
    """Refuse changes of a dataset that something holds."""
    held = [
        lock for lock in list_locks(context.session, package.id) if lock.reason in BLOCKING_LOCKS
    ]
    if held:
        raise ValidationError({"lock": ["Dataset cannot be edited due to dataset lock."]})


def require_read(context: Context, package: Package, *, veiled: bool = False) -> None:
    """Refuse callers who may not see a dataset; ``veiled`` as for :func:`labels.may_read`."""
    groups = collections_of(context, package)
    if not may_read(context, package, groups, veiled=veiled):
        raise NotAuthorized(f"User {context.user_name} not authorized to read package {package.id}")


def may_create(context: Context, params: Mapping[str, Any]) -> None:
    """Need the right to create datasets: in the given circle, or in any."""
    auth = context.site.settings(AuthSettings)
    owner = params.get("owner_org")
    if owner:
        group = find_group(context.session, str(owner), is_organization=True)
        if group is not None and not has_permission(context, group.id, "create_dataset"):
            raise NotAuthorized(
                f"User {context.user_name} not authorized to add dataset to this organization"
            )
        if group is not None:
            return
    unowned = auth.create_unowned_dataset and auth.create_dataset_if_not_in_organization
    if not unowned and not organizations_with(context, "create_dataset"):
        raise NotAuthorized(f"User {context.user_name} not authorized to create packages")


def may_update(context: Context, params: Mapping[str, Any]) -> None:
    """Need edit right on the dataset."""
    require_edit(context, get_package(context, params.get("id") or params.get("name")))


def may_revise(context: Context, params: Mapping[str, Any]) -> None:
    """Need edit right on the dataset that is matched; the body names a missing match."""
    ref = matched_dataset(params)
    if ref is not None:
        require_edit(context, get_package(context, ref))


def may_show(context: Context, params: Any) -> None:
    """Need a permission label in common with the dataset."""
    require_read(context, get_package(context, params.id))


def may_list_resources(context: Context, params: Any) -> None:
    """Need to see the dataset; its files do not tell who made it."""
    require_read(context, get_package(context, params.id), veiled=True)


def may_purge(context: Context, params: Any) -> None:
    """Let editors purge deleted datasets that never were active; all else is for admins."""
    package = get_package(context, params.id)
    require_edit(context, package)
    if package.state != "deleted":
        raise NotAuthorized("Only deleted datasets can be purged!")
    if package.was_active:
        raise NotAuthorized("Only system administrators may purge a dataset that was published")


def may_change_resource(context: Context, params: Mapping[str, Any]) -> None:
    """Need edit right on the dataset that holds the resource."""
    rid = params.get("id")
    if not rid:
        raise ValidationError({"id": ["Missing value"]})
    require_edit(context, get_package_of_resource(context, str(rid)))


def may_create_resource(context: Context, params: Mapping[str, Any]) -> None:
    """Need edit right on the dataset that gets the resource."""
    ref = params.get("package_id")
    if not ref:
        raise ValidationError({"package_id": ["Missing value"]})
    require_edit(context, get_package(context, str(ref)))


def may_show_resource(context: Context, params: Any) -> None:
    """Need to see the dataset that holds the resource; a file does not tell who made it."""
    package = get_package_of_resource(context, params.id)
    try:
        require_read(context, package, veiled=True)
    except NotAuthorized:
        raise NotAuthorized(
            f"User {context.user_name} not authorized to read resource {params.id}"
        ) from None


def may_edit_by_id(context: Context, params: Any) -> None:
    """Need edit right on the dataset ``id``."""
    require_edit(context, get_package(context, params.id))


def may_share(context: Context, params: Any) -> None:
    """Need the right to manage the dataset's collaborators."""
    if not context.site.settings(AuthSettings).allow_dataset_collaborators:
        raise ValidationError("Dataset collaborators not enabled")
    package = get_package(context, params.id)
    if not may_manage_collaborators(context, package):
        raise NotAuthorized(
            f"User {context.user_name} not authorized to manage collaborators of {package.id}"
        )


def anyone(context: Context, params: Any) -> None:
    """Everybody may."""
    del context, params


def logged_in(context: Context, params: Any) -> None:
    """Everybody with an account may."""
    del context, params


def only_sysadmins(context: Context, params: Any) -> None:
    """Only system administrators may, and those are not asked."""
    del context, params
    raise NotAuthorized("Only system administrators may do this")


ANYONE = Rule(function=anyone, anonymous=True)
LOGGED_IN = Rule(function=logged_in)
SYSADMINS = Rule(function=only_sysadmins, anonymous=True, blind=True)

RULES: Rules = {
    "package_create": Rule(function=may_create),
    "package_update": Rule(function=may_update),
    "package_patch": Rule(function=may_update),
    "package_revise": Rule(function=may_revise),
    "package_delete": Rule(function=may_edit_by_id),
    "dataset_purge": Rule(function=may_purge),
    "package_resource_list": Rule(function=may_list_resources, anonymous=True),
    "package_list": ANYONE,
    "package_search": ANYONE,
    "resource_search": ANYONE,
    "package_autocomplete": ANYONE,
    "format_autocomplete": ANYONE,
    "current_package_list_with_resources": ANYONE,
    "package_resource_reorder": Rule(function=may_update),
    "package_owner_org_update": SYSADMINS,
    "dataset_import": SYSADMINS,
    "dataset_change": Rule(function=logged_in, anonymous=True),
    "resource_create": Rule(function=may_create_resource),
    "resource_update": Rule(function=may_change_resource),
    "resource_patch": Rule(function=may_change_resource),
    "resource_delete": Rule(function=may_change_resource),
    "resource_jobs": Rule(function=may_show_resource, anonymous=True),
    "package_collaborator_create": Rule(function=may_share),
    "package_collaborator_delete": Rule(function=may_share),
    "package_collaborator_list": Rule(function=may_share),
}
