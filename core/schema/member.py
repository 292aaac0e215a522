"""Parameters of the actions on memberships."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AliasChoices, BeforeValidator, Field

from cytotheca.core.schema.dataset import Text
from cytotheca.core.schema.group import RoleName
from cytotheca.core.schema.params import IdParams, Params, Ref, problem

KINDS = ("user", "package", "group")


def _kind(value: Any) -> Any:
    word = str(value or "").strip().lower()
    if word not in KINDS:
        raise problem(f"Must be one of: {', '.join(KINDS)}")
    return word


def _any_kind(value: Any) -> Any:
    return "" if value in (None, "") else _kind(value)


Kind = Annotated[str, BeforeValidator(_kind)]
Capacity = Annotated[str, Field(min_length=1, max_length=20)]


class RoleGrant(IdParams):
    """Parameters of ``organization_member_create`` and ``group_member_create``."""

    username: Annotated[Ref, Field(validation_alias=AliasChoices("username", "user_id"))]
    role: RoleName


class RoleLoss(IdParams):
    """Parameters of ``organization_member_delete`` and ``group_member_delete``."""

    username: Annotated[Ref, Field(validation_alias=AliasChoices("username", "user_id", "user"))]


class MemberCreate(IdParams):
    """Parameters of ``member_create``."""

    object: Ref
    object_type: Kind
    capacity: Capacity


class MemberDelete(IdParams):
    """Parameters of ``member_delete``."""

    object: Ref
    object_type: Kind


class MemberList(IdParams):
    """Parameters of ``member_list``."""

    object_type: Annotated[str, BeforeValidator(_any_kind)] = ""
    capacity: Text = None


class RolesList(Params):
    """Parameters of ``member_roles_list``."""

    group_type: str = "organization"
