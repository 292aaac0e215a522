"""Actions on collaborators: users with a role on one dataset."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from cytotheca.core.auth.package import get_package
from cytotheca.core.auth.roles import forget_roles
from cytotheca.core.domain.errors import NotFound, ValidationError
from cytotheca.core.domain.roles import Role
from cytotheca.core.models.base import iso, utc_now
from cytotheca.core.models.package import PackageMember
from cytotheca.core.models.user import User, find_user
from cytotheca.core.runtime.auditing import record
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.declare import Action
from cytotheca.core.schema.dataset import Text
from cytotheca.core.schema.params import IdParams, Ref
from cytotheca.core.settings.site import AuthSettings


class Sharing(IdParams):
    """Parameters of ``package_collaborator_create``."""

    user_id: Ref
    capacity: Ref


class Unsharing(IdParams):
    """Parameters of ``package_collaborator_delete``."""

    user_id: Ref


class Shares(IdParams):
    """Parameters of ``package_collaborator_list`` and ``…_list_for_user``."""

    capacity: Text = None


def package_collaborator_create(context: Context, params: Sharing) -> dict[str, Any]:
    """Give a user a role on one dataset, or change it.

    Parameters: ``id`` (dataset), ``user_id`` (id or name), ``capacity``
    (``editor`` or ``member``; ``admin`` where the site allows it).

    Example: ``{"id": "beads", "user_id": "ada", "capacity": "editor"}``.
    Returns the collaborator.
    """
    _require_enabled(context)
    capacity = _known(context, params.capacity)
    package = get_package(context, params.id)
    user = _get_user(context, params.user_id)
    row = context.session.get(PackageMember, (package.id, user.id))
    if row is None:
        row = PackageMember(package_id=package.id, user_id=user.id)
        context.session.add(row)
    row.capacity, row.modified = capacity, utc_now()
    record(context, "role_granted", "user", user.id, role=capacity, dataset=package.name)
    context.session.flush()
    forget_roles(context, user.id)
    context.reindex(package.id)  # its label depends on whether it is shared
    return {"package_id": package.id, "user_id": user.id, **_show(row)}


def package_collaborator_delete(context: Context, params: Unsharing) -> None:
    """Take a user's role on one dataset away.

    Parameters: ``id`` (dataset), ``user_id`` (id or name).
    Example: ``{"id": "beads", "user_id": "ada"}``.
    """
    _require_enabled(context)
    package = get_package(context, params.id)
    user = _get_user(context, params.user_id)
    row = context.session.get(PackageMember, (package.id, user.id))
    if row is None:
        raise NotFound(f"User {params.user_id} is not a collaborator on this package")
    record(context, "role_withdrawn", "user", user.id, role=row.capacity, dataset=package.name)
    context.session.delete(row)
    context.session.flush()
    forget_roles(context, user.id)
    context.reindex(package.id)  # its label depends on whether it is shared


def package_collaborator_list(context: Context, params: Shares) -> list[dict[str, Any]]:
    """Return the collaborators of a dataset.

    Parameters: ``id`` (dataset), ``capacity``. Example: ``{"id": "beads"}``.
    """
    _require_enabled(context)
    package = get_package(context, params.id)
    query = (
        select(PackageMember)
        .join(User, User.id == PackageMember.user_id)
        .where(PackageMember.package_id == package.id, User.state == "active")
        .order_by(User.name)
    )
    if params.capacity:
        query = query.where(PackageMember.capacity == _known(context, params.capacity))
    return [
        {"package_id": row.package_id, "user_id": row.user_id, **_show(row)}
        for row in context.session.scalars(query)
    ]


def package_collaborator_list_for_user(context: Context, params: Shares) -> list[dict[str, Any]]:
    """Return the datasets on which a user has a role.

    Parameters: ``id`` (user), ``capacity``. Example: ``{"id": "ada"}``.
    """
    _require_enabled(context)
    user = _get_user(context, params.id)
    query = select(PackageMember).where(PackageMember.user_id == user.id)
    if params.capacity:
        query = query.where(PackageMember.capacity == _known(context, params.capacity))
    rows = context.session.scalars(query.order_by(PackageMember.package_id))
    return [{"package_id": row.package_id, **_show(row)} for row in rows]


def _require_enabled(context: Context) -> None:
    if not context.site.settings(AuthSettings).allow_dataset_collaborators:
        raise ValidationError("Dataset collaborators not enabled")


def _known(context: Context, capacity: str) -> str:
    allowed = [Role.EDITOR, Role.MEMBER]
    if context.site.settings(AuthSettings).allow_admin_collaborators:
        allowed.insert(0, Role.ADMIN)
    if capacity.lower() not in allowed:
        words = ", ".join(f'"{role}"' for role in allowed)
        raise ValidationError({"capacity": [f"Role must be one of {words}"]})
    return capacity.lower()


def _get_user(context: Context, ref: str) -> User:
    user = find_user(context.session, ref)
    if user is None or user.state == "deleted":
        raise NotFound("User not found")
    return user


def _show(row: PackageMember) -> dict[str, Any]:
    return {"capacity": str(row.capacity), "modified": iso(row.modified)}


ACTIONS = (
    Action(name="package_collaborator_create", body=package_collaborator_create, params=Sharing),
    Action(name="package_collaborator_delete", body=package_collaborator_delete, params=Unsharing),
    Action(
        name="package_collaborator_list",
        body=package_collaborator_list,
        params=Shares,
        read_only=True,
    ),
    Action(
        name="package_collaborator_list_for_user",
        body=package_collaborator_list_for_user,
        params=Shares,
        read_only=True,
    ),
)
