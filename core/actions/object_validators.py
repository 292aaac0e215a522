"""Named validators that ask for objects of the site, or who the caller is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from cytotheca.core.auth.roles import has_permission, may_edit
from cytotheca.core.domain.validators import (
    PRESENCE,
    Data,
    Errors,
    Invalid,
    Key,
    StopOnError,
    Validator,
    is_empty,
    missing,
)
from cytotheca.core.models.group import find_group
from cytotheca.core.models.package import find_package
from cytotheca.core.models.resource import find_resource
from cytotheca.core.models.user import find_user
from cytotheca.core.runtime.context import Context
from cytotheca.core.schema.value_validators import (
    VALUES,
    name_validator,
    tag_length_validator,
    tag_name_validator,
)
from cytotheca.core.settings.site import AuthSettings


def package_name_validator(key: Key, data: Data, errors: Errors, context: Context) -> None:
    """Require a name of a dataset that no other dataset has."""
    name = name_validator(data[key])
    holder = find_package(context.session, name)
    if holder is not None and holder.id != data.get((*key[:-1], "id")):
        errors.setdefault(key, []).append("That URL is already in use.")


def package_id_exists(value: str, context: Context) -> str:
    """Require the id of a dataset."""
    found = find_package(context.session, str(value))
    if found is None or found.id != value:
        raise Invalid("Not found: Dataset")
    return value


def package_id_or_name_exists(value: str, context: Context) -> str:
    """Require the id or the name of a dataset."""
    if find_package(context.session, str(value)) is None:
        raise Invalid("Not found: Dataset")
    return value


def resource_id_exists(value: str, context: Context) -> str:
    """Require the id of a resource."""
    if find_resource(context.session, str(value)) is None:
        raise Invalid("Not found: Resource")
    return value


def user_id_or_name_exists(value: str, context: Context) -> str:
    """Require the id or the name of a user."""
    if find_user(context.session, str(value)) is None:
        raise Invalid("Not found: User")
    return value


def group_id_or_name_exists(value: str, context: Context) -> str:
    """Require the id or the name of a circle or collection."""
    if not any(
        find_group(context.session, str(value), is_organization=kind) for kind in (True, False)
    ):
        raise Invalid("That group name or ID does not exist.")
    return value


def owner_org_validator(key: Key, data: Data, errors: Errors, context: Context) -> None:
    """Require a circle in which the caller may create datasets; put its id in place."""
    del errors
    value = data.get(key, missing)
    if is_empty(value):
        if not context.site.settings(AuthSettings).create_unowned_dataset:
            raise Invalid("An organization must be provided")
        data.pop(key, None)
        raise StopOnError
    group = find_group(context.session, str(value), is_organization=True)
    if group is None or group.state != "active":
        raise Invalid("Organization does not exist")
    if not context.ignore_auth and not has_permission(context, group.id, "create_dataset"):
        raise Invalid("You cannot add a dataset to this organization")
    data[key] = group.id


def ignore_not_sysadmin(key: Key, data: Data, errors: Errors, context: Context) -> None:
    """Drop the field unless a system administrator calls."""
    del errors
    if not (context.is_sysadmin or context.ignore_auth):
        data.pop(key, None)
        raise StopOnError


def empty_if_not_sysadmin(key: Key, data: Data, errors: Errors, context: Context) -> None:
    """Refuse the field unless a system administrator calls."""
    if not (context.is_sysadmin or context.ignore_auth):
        PRESENCE["empty"](key, data, errors, context)


def ignore_not_package_admin(key: Key, data: Data, errors: Errors, context: Context) -> None:
    """Drop the field unless the caller may edit the dataset, whose ``id`` stands beside it."""
    del errors
    found = find_package(context.session, str(data.get((*key[:-1], "id")) or ""))
    if context.ignore_auth or (found is not None and may_edit(context, found)):
        return
    data.pop(key, None)
    raise StopOnError


def tag_string_convert(key: Key, data: Data, errors: Errors, context: Context) -> None:
    """Turn ``a, b`` into keywords, behind those that are there."""
    del errors, context
    words = [word.strip() for word in str(data.get(key) or "").split(",") if word.strip()]
    for word in words:
        tag_name_validator(tag_length_validator(word))
    _append_items(data, "tags", [{"name": word} for word in words])


def convert_to_tags(vocabulary: str) -> Validator:
    """Turn a text or a list into keywords of a vocabulary (its id)."""

    def convert(key: Key, data: Data, errors: Errors, context: Context) -> None:
        del errors, context
        given = data.get(key) or []
        words = [given] if isinstance(given, str) else given
        _append_items(data, "tags", [{"name": one, "vocabulary_id": vocabulary} for one in words])

    return convert


def convert_to_extras(key: Key, data: Data, errors: Errors, context: Context) -> None:
    """Make the field a free extra."""
    del errors, context
    _append_items(data, "extras", [{"key": key[-1], "value": data.get(key)}])


def convert_from_extras(key: Key, data: Data, errors: Errors, context: Context) -> None:
    """Give the field the value of the free extra of its name, and take that out."""
    del errors, context
    for path in [one for one in data if len(one) == 3 and one[0] == "extras"]:  # noqa: PLR2004
        if path[2] == "key" and data[path] == key[-1]:
            data[key] = data.get((*path[:2], "value"))
            for part in [one for one in data if one[:2] == path[:2]]:
                del data[part]
            return


def _append_items(data: Data, field: str, items: list[dict[str, Any]]) -> None:
    used = [path[1] for path in data if path[0] == field and len(path) > 1]
    for index, item in enumerate(items, max(used, default=-1) + 1):
        for name, value in item.items():
            data[(field, index, name)] = value


OBJECTS: Final[dict[str, Validator]] = {
    function.__name__: function
    for function in (
        package_name_validator, package_id_exists, package_id_or_name_exists, resource_id_exists,
        user_id_or_name_exists, group_id_or_name_exists, owner_org_validator,
        ignore_not_sysadmin, empty_if_not_sysadmin, ignore_not_package_admin,
        tag_string_convert, convert_to_tags, convert_to_extras, convert_from_extras,
    )
}  # fmt: skip


def core_validators() -> Mapping[str, Validator]:
    """Return the validators of the core by name."""
    return {**PRESENCE, **VALUES, **OBJECTS}
