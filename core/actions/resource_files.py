"""Where the bytes of a resource are, for those who may read it."""

from __future__ import annotations

from dataclasses import dataclass

from cytotheca.core.actions.dataset_version import find_file_of_version
from cytotheca.core.actions.resources import ResourceShow
from cytotheca.core.auth.package import get_package_of_resource
from cytotheca.core.auth.reviews import is_veiled
from cytotheca.core.auth.version import get_package_with_file
from cytotheca.core.domain.errors import NotFound
from cytotheca.core.domain.versions import Selector
from cytotheca.core.models.resource import find_resource
from cytotheca.core.runtime.context import Context
from cytotheca.core.storage.objects import ObjectRef


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A resource's file; ``ref`` is None for links, which have a ``url``.

    ``public`` means: anybody may read it, now and without a signature. ``veiled``: the
    caller must not learn the object's address, which names the circle.
    """

    package_id: str
    ref: ObjectRef | None
    url: str
    name: str
    public: bool
    veiled: bool = False


def locate_file(
    context: Context, dataset_ref: str, resource_id: str, version: str | None = None
) -> StoredFile:
    """Return where a resource's file is, now or in a version of its dataset.

    Raises ``NotFound`` if it does not belong to the dataset, ``NotAuthorized``
    if the caller may not read it.
    """
    context.check("resource_show", ResourceShow(id=resource_id, version=version))
    if version:
        return _locate_published(context, dataset_ref, resource_id, version)
    package = get_package_of_resource(context, resource_id)
    if dataset_ref not in (package.id, package.name):
        raise NotFound("Resource was not found.")
    resource = find_resource(context.session, resource_id)
    if resource is None:
        raise NotFound("Resource was not found.")
    ref = None
    if resource.bucket and resource.object_key:
        ref = ObjectRef(bucket=resource.bucket, key=resource.object_key)
    return StoredFile(
        package_id=package.id,
        ref=ref,
        url=resource.url,
        name=resource.name or resource.url,
        public=package.is_public,
        veiled=is_veiled(context, package),
    )


def _locate_published(
    context: Context, dataset_ref: str, resource_id: str, version: str
) -> StoredFile:
    """Return where a file of a version is; links and drafts are where they are now."""
    package = get_package_with_file(context, resource_id)
    if dataset_ref not in (package.id, package.name):
        raise NotFound("Resource was not found.")
    shown, found = find_file_of_version(context, package, version, resource_id)
    if version == Selector.DRAFT or (found is None and package.state == "draft"):
        return locate_file(context, dataset_ref, resource_id)
    if found is None and shown["url_type"] == "upload":  # older than the table of files
        raise NotFound("Resource was not found.")
    return StoredFile(
        package_id=package.id,
        ref=ObjectRef(bucket=found.bucket, key=found.object_key) if found else None,
        url=str(shown["url"]),
        name=found.name if found else "",
        public=package.is_public,
    )
