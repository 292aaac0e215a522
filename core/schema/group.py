"""Parameters of the actions on organizations and groups."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from cytotheca.core.domain.images import STORED_NAME
from cytotheca.core.domain.roles import Role
from cytotheca.core.schema.dataset import ExtraItem, GroupItem, Item, Name, ObjectId, Text
from cytotheca.core.schema.errors import Errors, key_problems
from cytotheca.core.schema.params import (
    MAX_ITEMS,
    IdParams,
    LenientBool,
    Natural,
    OptionalNatural,
    Params,
    Ref,
    Words,
    problem,
)

GROUP_STATES = ("active", "deleted")
GROUP_KEYS = frozenset(
    {"id", "name", "title", "display_name", "description", "image_url", "image_display_url",
     "created", "type", "is_organization", "approval_status", "state", "package_count",
     "num_followers", "extras", "groups", "users", "packages"}
)  # fmt: skip


def _role(value: Any) -> str:
    word = str(value).strip().lower()
    if word not in set(Role):
        raise problem("role does not exist.")
    return word


def _image_url(value: str | None) -> str:
    text = (value or "").strip()
    if text and not text.startswith(("http://", "https://")) and not STORED_NAME.fullmatch(text):
        raise problem("Only addresses that begin with http:// or https:// are accepted")
    return text


def _group_state(value: Any) -> Any:
    if value not in GROUP_STATES:
        raise problem(f"Must be one of: {', '.join(GROUP_STATES)}")
    return value


def _sorting(value: Any) -> Any:
    words = str(value or "").split() or ["title", "asc"]
    field = "title" if words[:1] == ["display_name"] else words[0]
    if field not in ("title", "name", "package_count"):
        raise problem(f"Cannot sort by field `{words[0]}`")
    if words[1:] not in ([], ["asc"], ["desc"]):
        raise problem("The direction must be asc or desc")
    return " ".join([field, *words[1:]])


def _names(value: Any) -> Any:
    """Return a list of names, also from one text with commas."""
    if isinstance(value, str):
        return [word.strip() for word in value.split(",") if word.strip()]
    return value


RoleName = Annotated[str, BeforeValidator(_role)]
"""A role: admin, editor or member."""

ImageUrl = Annotated[Text, AfterValidator(_image_url)]
"""A web address, or the name of an image that we keep."""

Names = Annotated[list[str], BeforeValidator(_names), Field(max_length=MAX_ITEMS)]


class RoleItem(Item):
    """A user with a role, by name or id."""

    id: Text = None
    name: Text = None
    capacity: RoleName = Role.MEMBER


class GroupFields(Params):
    """What can be set of an organization or group; absent keys are left as they are."""

    title: Text = None
    description: Text = None
    image_url: ImageUrl = None
    image_upload: Any = None
    clear_upload: LenientBool = False
    type: Annotated[str, Field(max_length=100)] | None = None
    extras: list[ExtraItem] = Field(default_factory=list)
    users: list[RoleItem] = Field(default_factory=list, max_length=MAX_ITEMS)
    groups: list[GroupItem] = Field(default_factory=list, max_length=MAX_ITEMS)
    packages: list[GroupItem] = Field(default_factory=list, max_length=MAX_ITEMS)


class GroupCreate(GroupFields):
    """Parameters of ``organization_create`` and ``group_create``."""

    id: ObjectId = None
    name: Name


class GroupChange(GroupFields):
    """Parameters of ``*_update`` and ``*_patch``."""

    id: Ref
    name: Name = ""
    state: Annotated[str, BeforeValidator(_group_state)] = "active"


class GroupShow(IdParams):
    """Parameters of ``organization_show`` and ``group_show``."""

    include_datasets: LenientBool = False
    include_dataset_count: LenientBool = True
    include_extras: LenientBool = True
    include_users: LenientBool | None = None
    include_groups: LenientBool = True
    include_followers: LenientBool = True
    include_member_count: LenientBool = False


class GroupList(Params):
    """Parameters of ``organization_list`` and ``group_list``."""

    all_fields: LenientBool = False
    sort: Annotated[str, BeforeValidator(_sorting)] = ""
    limit: OptionalNatural = None
    offset: Natural = 0
    q: Words | None = None
    groups: Names = Field(default_factory=list)
    organizations: Names = Field(default_factory=list)
    type: Annotated[str, Field(max_length=100)] | None = None
    include_dataset_count: LenientBool = True
    include_extras: LenientBool = False
    include_users: LenientBool = False
    include_groups: LenientBool = False
    include_member_count: LenientBool = False


class Autocomplete(Params):
    """Parameters of ``organization_autocomplete`` and ``group_autocomplete``."""

    q: Words | None = ""
    limit: Natural = 20


class ListForUser(Params):
    """Parameters of ``organization_list_for_user``."""

    id: Text = None
    permission: str = "manage_group"
    include_dataset_count: LenientBool = False
    include_member_count: LenientBool = False


class ListAuthz(Params):
    """Parameters of ``group_list_authz``."""

    id: Text = None
    available_only: LenientBool = False
    am_member: LenientBool = False


class PackagesOfGroup(IdParams):
    """Parameters of ``group_package_show``."""

    limit: OptionalNatural = None


def check_extras(extras: list[ExtraItem]) -> Errors:
    """Return what is wrong with the keys of a group's extras."""
    return key_problems([extra.key for extra in extras], GROUP_KEYS)
