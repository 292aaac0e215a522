"""Who may see which version of a dataset."""

from __future__ import annotations

from typing import Any

from cytotheca.core.auth.package import (
    SYSADMINS,
    get_package,
    may_show_resource,
    require_read,
)
from cytotheca.core.auth.roles import collaborations, has_permission, may_edit
from cytotheca.core.domain.errors import NotAuthorized, NotFound
from cytotheca.core.domain.versions import Selector, parse_reference
from cytotheca.core.models.package import Package, package_of_resource
from cytotheca.core.models.version import package_of_version_file
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.declare import Rule, Rules


def sees_draft(context: Context, package: Package) -> bool:
    """Tell whether the caller may see the unpublished state of a dataset."""
    return context.ignore_auth or may_edit(context, package)


def sees_private(context: Context, package: Package) -> bool:
    """Tell whether the caller may see what was published to the circle only."""
    if sees_draft(context, package) or has_permission(context, package.owner_org, "read"):
        return True
    return package.id in collaborations(context)


def may_list(context: Context, params: Any) -> None:
    """Need to see the dataset."""
    require_read(context, get_package(context, params.id))


def may_diff(context: Context, params: Any) -> None:
    """Need to see both versions."""
    package = get_package(context, params.id)
    require_read(context, package)
    for version in (params.old, params.new):
        require_version(context, package, version)


def may_show_package(context: Context, params: Any) -> None:
    """Need to see the dataset, and its draft if that is what is asked for."""
    package = get_package(context, params.id)
    version = getattr(params, "version", None)
    require_read(context, package, veiled=not version)  # versions tell who made them
    require_version(context, package, version)


def may_show_resource_of(context: Context, params: Any) -> None:
    """Need to see the dataset that has the resource, now or in the version."""
    version = getattr(params, "version", None)
    if not version:
        may_show_resource(context, params)
        return
    package = get_package_with_file(context, params.id)
    require_read(context, package)
    require_version(context, package, version)


def get_package_with_file(context: Context, resource_id: str) -> Package:
    """Return the dataset that has a resource, or had it in a version. Raises ``NotFound``."""
    package_id = package_of_resource(context.session, resource_id)
    found = package_id or package_of_version_file(context.session, resource_id)
    if found is None:
        raise NotFound("Resource was not found.")
    return get_package(context, found)


def require_version(context: Context, package: Package, text: str | None) -> None:
    """Refuse the draft to those who may not edit the dataset."""
    if not text or parse_reference(text) != Selector.DRAFT or sees_draft(context, package):
        return
    raise NotAuthorized(f"User {context.user_name} not authorized to see the draft of {package.id}")


RULES: Rules = {
    "package_show": Rule(function=may_show_package, anonymous=True),
    "resource_show": Rule(function=may_show_resource_of, anonymous=True),
    "dataset_version_list": Rule(function=may_list, anonymous=True),
    "dataset_version_show": Rule(function=may_show_package, anonymous=True),
    "dataset_version_diff": Rule(function=may_diff, anonymous=True),
    "dataset_version_files": SYSADMINS,
}
