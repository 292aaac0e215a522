"""What the pages of a dataset offer to the caller."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cytotheca.core.domain.errors import NotAuthorized, ValidationError
from cytotheca.core.runtime.changes import DatasetChange
from cytotheca.core.runtime.context import Context
from cytotheca.core.web.page_reading import may

Shown = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetRights:
    """What the caller may do with a dataset; ``any`` of it."""

    edit: bool
    share: bool
    collect: bool
    delete: bool

    @property
    def any(self) -> bool:
        """Whether there is anything to offer."""
        return self.edit or self.share or self.collect or self.delete


NOTHING = DatasetRights(edit=False, share=False, collect=False, delete=False)


def rights_on(context: Context, dataset: Shown) -> DatasetRights:
    """Return what the caller may do with a dataset."""
    if context.user is None:
        return NOTHING
    ref = {"id": dataset["id"]}
    edit = may(context, "package_patch", ref)
    return DatasetRights(
        edit=edit,
        share=may(context, "package_collaborator_list", ref),
        collect=edit or bool(context.call("group_list_authz", {"am_member": True})),
        delete=edit and not deletion_refusal(context, dataset),
    )


def deletion_refusal(context: Context, dataset: Shown) -> str:
    """Return why a dataset cannot be deleted by the caller, or nothing."""
    change = DatasetChange(
        action="package_delete",
        current={**dataset, "resources": dataset.get("resources", [])},
        proposed={**dataset, "state": "deleted"},
    )
    return _refusal(context, change)


def creation_refusal(context: Context) -> str:
    """Return why datasets cannot be made on the site's pages by the caller, or nothing."""
    proposed = {"private": True, "state": "draft"}
    if not may(context, "package_create", proposed):
        return "You need to be an editor of a circle. Ask the admins of your circle."
    return _refusal(
        context, DatasetChange(action="package_create", current=None, proposed=proposed)
    )


def _refusal(context: Context, change: DatasetChange) -> str:
    try:
        context.check("dataset_change", change)
    except (NotAuthorized, ValidationError) as error:
        return str(error)
    return ""
