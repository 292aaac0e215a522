"""What happens to organizations and groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cytotheca.core.plugins.markers import hookspec

if TYPE_CHECKING:
    from cytotheca.core.runtime.context import Context

Group = Mapping[str, Any]


class GroupHooks:
    """Both kinds; ``group["is_organization"]`` tells which. Their members have no hooks."""

    @hookspec
    def group_changed(self, context: Context, group: Group, before: Group | None) -> None:
        """React to one created (``before`` is None), changed or deleted, inside the transaction.

        Both are shown without members; ``group["state"]`` tells whether it was
        deleted [IGroupController, IOrganizationController, IDomainObjectModification].
        """

    @hookspec
    def group_purged(self, context: Context, group: Group) -> None:
        """React to a purge inside its transaction [IDomainObjectModification]."""
