"""Actions on the published versions of a dataset."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from cytotheca.core.actions.package_dict import show_package
from cytotheca.core.auth.package import get_package
from cytotheca.core.auth.version import sees_draft, sees_private
from cytotheca.core.domain.errors import NotFound
from cytotheca.core.domain.version_diff import diff_documents
from cytotheca.core.domain.versions import Number
from cytotheca.core.models.base import iso
from cytotheca.core.models.package import Package
from cytotheca.core.models.publication import DatasetVersion
from cytotheca.core.models.version import (
    VersionFile,
    current_files,
    files_of_version,
    find_version_file,
    list_versions,
)
from cytotheca.core.publication.resolving import Sight, resolve_version, visible
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.declare import Action
from cytotheca.core.schema.params import IdParams, Natural
from cytotheca.core.settings.site import SiteSettings

PER_PAGE, MOST_PER_PAGE = 20, 100

Shown = dict[str, Any]
VersionRef = Annotated[str, Field(max_length=40)]


class VersionList(IdParams):
    """Parameters of ``dataset_version_list``."""

    page: Natural = 1
    limit: Natural = PER_PAGE


class VersionShow(IdParams):
    """Parameters of ``dataset_version_show``."""

    version: VersionRef = ":latest"


class VersionDiff(IdParams):
    """Parameters of ``dataset_version_diff``."""

    old: VersionRef
    new: VersionRef = ":latest"


def dataset_version_list(context: Context, params: VersionList) -> Shown:
    """List the published versions of a dataset, newest first.

    Parameters: ``id`` (id or name), ``page`` (from 1), ``limit`` (20, at most 100).
    Versions that were published to a circle only are listed to those who may see
    the circle's private datasets.

    Example: ``{"id": "beads-1"}``. Returns ``{"count", "results": [{"version",
    "major", "minor", "published_at", "published_by", "changes", "private"}]}``;
    ``changes`` names what differs from the version before, null for the first.
    """
    package = get_package(context, params.id)
    versions = visible(context.session, package, sight_of(context, package))
    limit = min(max(params.limit, 1), MOST_PER_PAGE)
    start = max(params.page - 1, 0) * limit
    results = [_line(one) for one in versions[start : start + limit]]
    return {"count": len(versions), "results": results}


def dataset_version_show(context: Context, params: VersionShow) -> Shown:
    """Show a version of a dataset as it was published.

    Parameters: ``id`` (id or name), ``version``: ``M.N``, ``:latest-published``,
    ``:draft`` (for editors), ``:latest`` (the draft for those who may see it, else the
    newest published; the default).

    Example: ``{"id": "beads-1", "version": "1.0"}``. Returns what
    ``dataset_version_list`` tells of it, ``latest`` (the number of the newest
    version, null if there is none) and ``dataset``.
    """
    package = get_package(context, params.id)
    sight = sight_of(context, package)
    version = resolve_version(context.session, package, params.version, sight)
    versions = visible(context.session, package, sight)
    latest = number_of(versions[0]) if versions else None
    line = _line(version) if version else {"version": ":draft"}
    return {**line, "latest": latest, "dataset": _dataset(context, package, version)}


def dataset_version_diff(context: Context, params: VersionDiff) -> Shown:
    """Tell what differs between two versions of a dataset, field by field.

    Parameters: ``id`` (id or name), ``old`` and ``new`` (``:latest``) as in
    ``dataset_version_show``.

    Example: ``{"id": "beads-1", "old": "1.0", "new": "1.1"}``. Returns ``{"old",
    "new", "fields": [{"field", "old", "new"}], "resources": {"added", "removed",
    "changed", "reordered"}}``.
    """
    package = get_package(context, params.id)
    sight = sight_of(context, package)
    old = resolve_version(context.session, package, params.old, sight)
    new = resolve_version(context.session, package, params.new, sight)
    documents = [
        version.document if version else show_package(context, package) for version in (old, new)
    ]
    return {
        "old": number_of(old) if old else ":draft",
        "new": number_of(new) if new else ":draft",
        **diff_documents(*documents),
    }


def dataset_version_files(context: Context, params: IdParams) -> list[Shown]:
    """List where the files of all published versions of a dataset are, for administrators.

    Parameters: ``id`` (id or name). Example: ``{"id": "beads-1"}``. Returns
    ``[{"version", "resource_id", "name", "bucket", "object_key", "size", "sha256"}]``;
    a digest that became known after publication is told, too.
    """
    package = get_package(context, params.id)
    present = current_files(context.session, package.id)
    found = []
    for version in list_versions(context.session, package.id):
        for rid, file in files_of_version(context.session, version.id).items():
            row = present.get(rid)
            same = row is not None and row.object_key == file.object_key
            found.append(
                {
                    "version": number_of(version),
                    "resource_id": rid,
                    "name": file.name,
                    "bucket": file.bucket,
                    "object_key": file.object_key,
                    "size": file.size,
                    "sha256": file.sha256 or (row.sha256 if row is not None and same else None),
                }
            )
    return found


def sight_of(context: Context, package: Package) -> Sight:
    """Return what the caller may see of a dataset besides the versions for all."""
    return Sight(draft=sees_draft(context, package), private=sees_private(context, package))


def number_of(version: DatasetVersion) -> str:
    """Return the number of a version, e.g. ``1.0``."""
    return str(Number(version.major, version.minor))


def show_version(context: Context, package: Package, text: str) -> Shown:
    """Return the dataset of a version, with ``dataset_version``. Raises ``NotFound``."""
    version = resolve_version(context.session, package, text, sight_of(context, package))
    shown = _dataset(context, package, version)
    return {**shown, "dataset_version": number_of(version) if version else ":draft"}


def find_file_of_version(
    context: Context, package: Package, text: str, resource_id: str
) -> tuple[Shown, VersionFile | None]:
    """Return a resource of a version and where its file is; None for links and drafts.

    Raises ``NotFound`` if the version has no such resource.
    """
    version = resolve_version(context.session, package, text, sight_of(context, package))
    dataset = _dataset(context, package, version)
    shown = next((one for one in dataset["resources"] if one["id"] == resource_id), None)
    if shown is None:
        raise NotFound("Resource was not found.")
    if version is None:
        return shown, None
    return shown, find_version_file(context.session, version.id, resource_id)


def _line(version: DatasetVersion) -> Shown:
    return {
        "version": number_of(version),
        "major": version.major,
        "minor": version.minor,
        "published_at": iso(version.published_at),
        "published_by": version.published_by,
        "private": version.private,
        "changes": version.changes,
    }


def _dataset(context: Context, package: Package, version: DatasetVersion | None) -> Shown:
    """Return the frozen dataset; addresses of its files name the version."""
    if version is None:
        return show_package(context, package)
    files = files_of_version(context.session, version.id)
    site_url = context.site.settings(SiteSettings).site_url
    resources = [
        _resource(one, files, f"{site_url}/dataset/{package.id}", number_of(version))
        for one in version.document.get("resources", ())
    ]
    return {**version.document, "resources": resources}


def _resource(
    shown: Mapping[str, Any], files: Mapping[str, VersionFile], base: str, number: str
) -> Shown:
    if shown["id"] not in files:
        return dict(shown)
    name = str(shown["url"]).rpartition("/")[2]
    url = f"{base}/resource/{shown['id']}/download/{name}?version={number}"
    return {**shown, "url": url}


ACTIONS = (
    Action(
        name="dataset_version_list", body=dataset_version_list, params=VersionList, read_only=True
    ),
    Action(
        name="dataset_version_show", body=dataset_version_show, params=VersionShow, read_only=True
    ),
    Action(
        name="dataset_version_diff", body=dataset_version_diff, params=VersionDiff, read_only=True
    ),
    Action(
        name="dataset_version_files", body=dataset_version_files, params=IdParams, read_only=True
    ),
)
