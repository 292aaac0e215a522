"""Roles in circles and collections, and what each may do."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """A capacity of a user in an organization or group, or as collaborator."""

    ADMIN = "admin"
    EDITOR = "editor"
    MEMBER = "member"

    @property
    def label(self) -> str:
        """The display word, as ``member_list`` shows it."""
        return self.value.capitalize()


ORGANIZATION_PERMISSIONS: dict[Role, frozenset[str]] = {
    Role.ADMIN: frozenset(
        {
            "admin",
            "membership",
            "manage_group",
            "read",
            "create_dataset",
            "update_dataset",
            "delete_dataset",
            "delete",
            "update",
        }
    ),
    Role.EDITOR: frozenset(
        {"read", "create_dataset", "update_dataset", "delete_dataset", "manage_group"}
    ),
    Role.MEMBER: frozenset({"read", "manage_group"}),
}


def roles_with(permission: str) -> frozenset[Role]:
    """Return the roles that carry a permission in an organization."""
    return frozenset(
        role for role, granted in ORGANIZATION_PERMISSIONS.items() if permission in granted
    )
