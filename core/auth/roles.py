"""What the caller may do in circles, collections and with datasets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from sqlalchemy import select

from cytotheca.core.domain.roles import Role, roles_with
from cytotheca.core.models.group import Group, roles_of_user
from cytotheca.core.models.package import Package, PackageMember
from cytotheca.core.runtime.context import Context
from cytotheca.core.settings.site import AuthSettings


def caller_roles(context: Context) -> Mapping[str, tuple[str, bool]]:
    """Return group id → (role, is organization) of the caller; read once a work."""
    if context.user is None:
        return {}
    user_id = context.user.id
    return cast(
        "Mapping[str, tuple[str, bool]]",
        context.memoize(f"roles/{user_id}", lambda: effective_roles(context, user_id)),
    )


def effective_roles(context: Context, user_id: str) -> Mapping[str, tuple[str, bool]]:
    """Return group id → (role, is organization) of a user, with those from groups above."""
    cascading = context.site.settings(AuthSettings).cascading_roles
    return roles_of_user(context.session, user_id, cascading=cascading)


def forget_roles(context: Context, user_id: str) -> None:
    """Have the roles of a user read anew, after a membership changed."""
    context.work.memo.pop(f"roles/{user_id}", None)
    context.work.memo.pop(f"collaborations/{user_id}", None)


def has_permission(context: Context, group_id: str | None, permission: str) -> bool:
    """Tell whether the caller has a permission in an organization."""
    if context.is_sysadmin:
        return True
    if group_id is None:
        return False
    role, is_organization = caller_roles(context).get(group_id, ("", True))
    if not is_organization:
        return role == Role.ADMIN or (permission in ("manage_group", "read") and role != "")
    return role in roles_with(permission)


def organizations_with(context: Context, permission: str) -> list[str]:
    """Return the ids of the organizations in which the caller has a permission."""
    allowed = roles_with(permission)
    roles = caller_roles(context).items()
    return [gid for gid, (role, is_org) in roles if is_org and role in allowed]


def collaborations(context: Context) -> Mapping[str, str]:
    """Return dataset id → capacity of the caller's collaborations; one statement a work."""
    if context.user is None or not context.site.settings(AuthSettings).allow_dataset_collaborators:
        return {}
    user_id = context.user.id

    def read() -> dict[str, str]:
        rows = context.session.execute(
            select(PackageMember.package_id, PackageMember.capacity).where(
                PackageMember.user_id == user_id
            )
        )
        return {row[0]: row[1] for row in rows}

    return cast("Mapping[str, str]", context.memoize(f"collaborations/{user_id}", read))


def may_edit(context: Context, package: Package, permission: str = "update_dataset") -> bool:
    """Tell whether the caller may change a dataset."""
    if context.is_sysadmin:
        return True
    if context.user is None:
        return False
    if collaborations(context).get(package.id) in (Role.EDITOR, Role.ADMIN):
        return True
    if package.owner_org:
        return has_permission(context, package.owner_org, permission)
    return package.creator_user_id == context.user.id


def may_manage_collaborators(context: Context, package: Package) -> bool:
    """Tell whether the caller may share a dataset with others."""
    if context.is_sysadmin:
        return True
    if context.user is None:
        return False
    if collaborations(context).get(package.id) == Role.ADMIN:
        return True
    if package.owner_org:
        return has_permission(context, package.owner_org, "membership")
    return package.creator_user_id == context.user.id


def role_in(context: Context, group: Group) -> str:
    """Return the caller's role in a group, empty if none."""
    return caller_roles(context).get(group.id, ("", False))[0]
