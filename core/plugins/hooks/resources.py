"""What happens to resources and their files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cytotheca.core.plugins.markers import hookspec

if TYPE_CHECKING:
    from cytotheca.core.runtime.changes import ResourceChange
    from cytotheca.core.runtime.context import Context
    from cytotheca.core.schema.upload import UploadedFile

Resource = Mapping[str, Any]


class ResourceHooks:
    """Changes, for every path or for ``resource_*`` actions only; showing; storing.

    The hooks of CKAN's IResourceController (``before_resource_create`` and so on) are called
    by the actions ``resource_create``, ``resource_update``, ``resource_patch`` and
    ``resource_delete`` only, as there. Uploads also come by ``package_revise``:
    ``resource_changed`` and ``after_resource_change`` hear of all of them.
    """

    @hookspec
    def complete_resource(
        self, context: Context, dataset: Mapping[str, Any], resource: dict[str, Any]
    ) -> None:
        """Fill in what the site knows of a new resource, before it is saved."""

    @hookspec
    def resource_changed(self, context: Context, change: ResourceChange) -> None:
        """React inside the transaction, e.g. enqueue jobs; for every path, exactly once."""

    @hookspec
    def resource_url_changed(self, context: Context, resource: Resource) -> None:
        """React inside the transaction to another address or file [IResourceUrlChange].

        Called for every path, after ``resource_changed``, not for new resources.
        """

    @hookspec
    def after_resource_change(self, context: Context, change: ResourceChange) -> None:
        """React after the commit, in a transaction of its own, exactly once."""

    @hookspec
    def before_resource_create(self, context: Context, resource: dict[str, Any]) -> None:
        """Change what ``resource_create`` was given, or refuse it [IResourceController]."""

    @hookspec
    def after_resource_create(self, context: Context, resource: Resource) -> None:
        """React inside the transaction of ``resource_create`` [IResourceController]."""

    @hookspec
    def before_resource_update(
        self, context: Context, current: Resource, resource: dict[str, Any]
    ) -> None:
        """Change what a resource shall become, or refuse it [IResourceController]."""

    @hookspec
    def after_resource_update(self, context: Context, resource: Resource) -> None:
        """React inside the transaction of ``resource_update`` [IResourceController]."""

    @hookspec
    def before_resource_delete(
        self, context: Context, resource: Resource, resources: Sequence[Resource]
    ) -> None:
        """Refuse, or prepare for, a removal; ``resources`` are all of the dataset."""

    @hookspec
    def after_resource_delete(self, context: Context, resources: Sequence[Resource]) -> None:
        """React inside the transaction; ``resources`` are those that are left."""

    @hookspec
    def before_resource_show(self, context: Context, resource: dict[str, Any]) -> None:
        """Change a resource as it is shown, alone or in its dataset; must be fast."""

    @hookspec(firstresult=True)
    def store_upload(
        self, context: Context, resource: Resource, upload: UploadedFile
    ) -> Mapping[str, Any] | None:
        """Store an uploaded file elsewhere [IUploader.get_resource_uploader].

        Return the values that the resource gets (at least ``url``), or None to leave the
        file to the next plugin, and to the site's store. The transaction may still fail.
        """
