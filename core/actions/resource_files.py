"""Where the bytes of a resource are, for those who may read it."""

from __future__ import annotations

from dataclasses import dataclass

from cytotheca.core.auth.package import get_package_of_resource
from cytotheca.core.domain.errors import NotFound
from cytotheca.core.models.resource import find_resource
from cytotheca.core.runtime.context import Context
from cytotheca.core.schema.params import IdParams
from cytotheca.core.storage.objects import ObjectRef


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A resource's file; ``ref`` is None for links, which have a ``url``.

    ``public`` means: anybody may read it, now and without a signature.
    """

    ref: ObjectRef | None
    url: str
    name: str
    public: bool


def locate_file(context: Context, dataset_ref: str, resource_id: str) -> StoredFile:
    """Return where a resource's file is.

    Raises ``NotFound`` if it does not belong to the dataset, ``NotAuthorized``
    if the caller may not read it.
    """
    context.check("resource_show", IdParams(id=resource_id))
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
        ref=ref,
        url=resource.url,
        name=resource.name or resource.url,
        public=package.state == "active" and not package.private,
    )
