"""Who may do what with organizations and groups, and with their members."""

from __future__ import annotations

from typing import Any

from cytotheca.core.auth.labels import readable
from cytotheca.core.auth.package import ANYONE, SYSADMINS, get_package, require_read
from cytotheca.core.auth.roles import has_permission, may_edit
from cytotheca.core.domain.errors import NotAuthorized, NotFound
from cytotheca.core.domain.roles import Role
from cytotheca.core.models.group import Group, find_group, groups_of_packages
from cytotheca.core.models.membership import MemberKind, find_member
from cytotheca.core.models.package import Package
from cytotheca.core.models.user import find_user
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.declare import Rule, RuleFunction, Rules
from cytotheca.core.settings.site import AuthSettings


def get_group(context: Context, ref: str, *, is_organization: bool | None = None) -> Group:
    """Return an organization or group by id or name. Raises ``NotFound``."""
    kind = {True: "organization", False: "group", None: "any"}[is_organization]
    group = context.once(
        f"{kind}/{ref}",
        lambda: find_group(context.session, ref, is_organization=is_organization),
    )
    if group is None:
        raise NotFound("Organization was not found." if is_organization else "Group was not found.")
    return group


def word_for(group: Group) -> str:
    """Return what messages call it: organization or group."""
    return "organization" if group.is_organization else "group"


def require_permission(context: Context, group: Group, permission: str, verb: str) -> None:
    """Refuse callers without a permission in a group."""
    if context.ignore_auth or has_permission(context, group.id, permission):
        return
    raise NotAuthorized(
        f"User {context.user_name} not authorized to {verb} {word_for(group)} {group.id}"
    )


def belongs_to(context: Context, group: Group) -> bool:
    """Tell whether the caller is a member of a group, also of a deleted one."""
    if context.user is None:
        return False
    return find_member(context.session, group.id, MemberKind.USER, context.user.id) is not None


def may_see_people(context: Context, group: Group) -> bool:
    """Tell whether the caller may see who belongs to a group."""
    if context.ignore_auth or context.is_sysadmin:
        return True
    return context.site.settings(AuthSettings).public_user_details or belongs_to(context, group)


def may_found_organization(context: Context, params: Any) -> None:
    """Everybody with an account, unless the site forbids it."""
    del params
    if not context.site.settings(AuthSettings).user_create_organizations:
        raise NotAuthorized(f"User {context.user_name} not authorized to create organizations")


def may_found_group(context: Context, params: Any) -> None:
    """Everybody with an account, unless the site forbids it."""
    del params
    if not context.site.settings(AuthSettings).user_create_groups:
        raise NotAuthorized(f"User {context.user_name} not authorized to create groups")


def may_change(*, is_organization: bool) -> RuleFunction:
    """Return the rule for changing one: its admins may."""

    def rule(context: Context, params: Any) -> None:
        group = get_group(context, params.id, is_organization=is_organization)
        require_permission(context, group, "update", "edit")

    return rule


def may_delete(*, is_organization: bool) -> RuleFunction:
    """Return the rule for deleting one: its admins may, unless the site forbids it."""

    def rule(context: Context, params: Any) -> None:
        group = get_group(context, params.id, is_organization=is_organization)
        auth = context.site.settings(AuthSettings)
        allowed = auth.user_delete_organizations if is_organization else auth.user_delete_groups
        if not allowed:
            raise NotAuthorized(
                f"User {context.user_name} not authorized to delete {word_for(group)}s"
            )
        require_permission(context, group, "delete", "delete")

    return rule


def may_show(*, is_organization: bool | None) -> RuleFunction:
    """Return the rule for showing one: everybody, if it is active; its people where asked for."""

    def rule(context: Context, params: Any) -> None:
        group = get_group(context, params.id, is_organization=is_organization)
        if group.state != "active" and not belongs_to(context, group):
            raise NotAuthorized(
                f"User {context.user_name} not authorized to read {word_for(group)} {group.id}"
            )
        if getattr(params, "include_users", None) and not may_see_people(context, group):
            raise NotAuthorized(f"Only members may see who belongs to this {word_for(group)}")

    return rule


def may_list(context: Context, params: Any) -> None:
    """Everybody may list; with the people only where user details are public."""
    if params.include_users and not context.site.settings(AuthSettings).public_user_details:
        raise NotAuthorized("Listing the members of all is for system administrators")


def may_grant(*, is_organization: bool) -> RuleFunction:
    """Return the rule for giving a role: admins may, but not lower themselves."""

    def rule(context: Context, params: Any) -> None:
        group = get_group(context, params.id, is_organization=is_organization)
        require_permission(context, group, "membership", "edit members of")
        _refuse_stepping_down(context, group, params.username, params.role)

    return rule


def may_withdraw(*, is_organization: bool) -> RuleFunction:
    """Return the rule for taking a role away: admins may."""

    def rule(context: Context, params: Any) -> None:
        group = get_group(context, params.id, is_organization=is_organization)
        require_permission(context, group, "membership", "edit members of")

    return rule


def may_add_member(context: Context, params: Any) -> None:
    """Admins add users; members of a group add datasets that they may add."""
    group = get_group(context, params.id)
    if params.object_type == MemberKind.PACKAGE:
        _require_collecting(context, group)
        require_collectable(context, get_package(context, params.object))
    else:
        require_permission(context, group, "membership", "edit members of")
    if params.object_type == MemberKind.USER:
        _refuse_stepping_down(context, group, params.object, params.capacity)


def may_remove_member(context: Context, params: Any) -> None:
    """Admins remove users; members of a group remove datasets."""
    group = get_group(context, params.id)
    if params.object_type == MemberKind.PACKAGE:
        _require_collecting(context, group)
    else:
        require_permission(context, group, "membership", "edit members of")


def may_list_members(context: Context, params: Any) -> None:
    """Everybody; the people of a group only where user details are public, or to members."""
    group = get_group(context, params.id)
    if params.object_type != MemberKind.USER and params.object_type:
        return
    if not may_see_people(context, group):
        raise NotAuthorized(f"Only members may see who belongs to this {word_for(group)}")


def may_change_many(context: Context, params: Any) -> None:
    """Admins of the organization; for each dataset its own rule is asked, too."""
    group = find_group(context.session, params.org_id, is_organization=True)
    if group is None or not has_permission(context, group.id, "update"):
        raise NotAuthorized(
            f"User {context.user_name} not authorized to edit organization {params.org_id}"
        )


def require_collectable(context: Context, package: Package) -> None:
    """Refuse to collect what the caller cannot see, or what is not public and not theirs.

    A collection shows its datasets to others; who may not edit a private
    dataset must not be able to pass it on.
    """
    if context.ignore_auth:
        return
    require_read(context, package)
    if (package.private or package.state != "active") and not may_edit(context, package):
        raise NotAuthorized(f"User {context.user_name} not authorized to edit package {package.id}")


def readable_ids(context: Context, packages: list[Package]) -> list[str]:
    """Return the ids of the datasets that the caller may see; two statements."""
    groups = groups_of_packages(context.session, [package.id for package in packages])
    return [package.id for package in readable(context, packages, groups)]


def _require_collecting(context: Context, group: Group) -> None:
    permission = "update" if group.is_organization else "manage_group"
    require_permission(context, group, permission, "edit")


def _refuse_stepping_down(context: Context, group: Group, ref: str, role: str) -> None:
    user = find_user(context.session, ref)
    if user is None or user.id != context.user_id or role == Role.ADMIN:
        return
    member = find_member(context.session, group.id, MemberKind.USER, user.id)
    if member is not None and member.capacity == Role.ADMIN:
        raise NotAuthorized("Administrators cannot revoke their own admin status")


_MANY = Rule(function=may_change_many)

RULES: Rules = {
    "bulk_update_private": _MANY,
    "bulk_update_public": _MANY,
    "bulk_update_delete": _MANY,
    "organization_create": Rule(function=may_found_organization),
    "organization_update": Rule(function=may_change(is_organization=True)),
    "organization_patch": Rule(function=may_change(is_organization=True)),
    "organization_delete": Rule(function=may_delete(is_organization=True)),
    "organization_purge": SYSADMINS,
    "organization_show": Rule(function=may_show(is_organization=True), anonymous=True),
    "organization_list": Rule(function=may_list, anonymous=True),
    "organization_autocomplete": ANYONE,
    "organization_list_for_user": ANYONE,
    "organization_member_create": Rule(function=may_grant(is_organization=True)),
    "organization_member_delete": Rule(function=may_withdraw(is_organization=True)),
    "group_create": Rule(function=may_found_group),
    "group_update": Rule(function=may_change(is_organization=False)),
    "group_patch": Rule(function=may_change(is_organization=False)),
    "group_delete": Rule(function=may_delete(is_organization=False)),
    "group_purge": SYSADMINS,
    "group_show": Rule(function=may_show(is_organization=False), anonymous=True),
    "group_list": Rule(function=may_list, anonymous=True),
    "group_autocomplete": ANYONE,
    "group_list_authz": ANYONE,
    "group_package_show": Rule(function=may_show(is_organization=None), anonymous=True),
    "group_member_create": Rule(function=may_grant(is_organization=False)),
    "group_member_delete": Rule(function=may_withdraw(is_organization=False)),
    "member_create": Rule(function=may_add_member),
    "member_delete": Rule(function=may_remove_member),
    "member_list": Rule(function=may_list_members, anonymous=True),
    "member_roles_list": ANYONE,
}
