"""What differs between circles (organizations) and collections (groups)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.site import Site
from cytotheca.core.web.page_reading import may
from cytotheca.core.web.search_state import quoted

Shown = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What the pages of a circle or collection offer to the caller."""

    edit: bool
    delete: bool
    members: bool
    people: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupKind:
    """What differs between circles and collections."""

    path: str
    folder: str
    show_action: str
    list_action: str
    facets_hook: str
    word: str
    deletion: str

    def condition(self, group: Shown) -> str:
        """Return the filter that finds the datasets of one."""
        if self.path == "organization":
            return f"owner_org:{quoted(group['id'])}"
        return f"groups:{quoted(group['name'])}"

    def adapt_facets(self, site: Site, facets: dict[str, str], group: Shown) -> None:
        """Let plugins change the facets of one's page."""
        hook = getattr(site.hooks, self.facets_hook)
        hook(**{"facets": facets, self.path: group})

    def may_found(self, context: Context) -> bool:
        """Tell whether the caller may found one."""
        return may(context, f"{self.path}_create", {"name": "new-one"})

    def rights(self, context: Context, group: Shown) -> Rights:
        """Return what the caller may do with one."""
        ref = {"id": group["id"]}
        role = {**ref, "username": "somebody", "role": "admin"}
        return Rights(
            edit=may(context, f"{self.path}_patch", ref),
            delete=may(context, f"{self.path}_delete", ref),
            members=may(context, f"{self.path}_member_create", role),
            people=context.user is not None
            and may(context, self.show_action, {**ref, "include_users": True}),
        )


CIRCLES = GroupKind(
    path="organization",
    folder="organization",
    show_action="organization_show",
    list_action="organization_list",
    facets_hook="organization_facets",
    word="circle",
    deletion="Its members lose their rights. A circle that still has datasets cannot be deleted. "
    "Administrators of the site can bring it back.",
)
COLLECTIONS = GroupKind(
    path="group",
    folder="group",
    show_action="group_show",
    list_action="group_list",
    facets_hook="group_facets",
    word="collection",
    deletion="Its datasets stay; they are only no longer gathered here, and its members no longer "
    "see the private ones among them. Administrators of the site can bring it back.",
)
