"""Writes a dataset's own values, keywords and collections; tells what changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from cytotheca.core.auth.roles import has_permission
from cytotheca.core.domain.errors import NotAuthorized, ValidationError
from cytotheca.core.models.group import Member, find_group, groups_of_packages
from cytotheca.core.models.package import Package, PackageTag, Tag, Vocabulary
from cytotheca.core.runtime.context import Context
from cytotheca.core.schema.dataset import DATASET_COLUMNS


def write_fields(
    context: Context, row: Package, values: Mapping[str, Any], *, added: frozenset[str]
) -> bool:
    """Write columns, extras and the fields of extensions; True if any changed."""
    wanted: dict[str, Any] = {
        **{key: values.get(key) for key in DATASET_COLUMNS},
        "name": values["name"],
        "owner_org": values["owner_org"],
        "private": values["private"],
        "state": values["state"],
        "extras": {item["key"]: _extra_text(item["value"]) for item in values["extras"]},
        "fields": {key: values[key] for key in sorted(added) if values.get(key) is not None},
    }
    if not row.title and not wanted["title"]:
        wanted["title"] = values["name"]
    changed = False
    for key, value in wanted.items():
        if getattr(row, key) != value:
            setattr(row, key, value)
            changed = True
    if changed:
        context.session.flush()
    return changed


def _extra_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else str(value)


def write_tags(context: Context, row: Package, items: Sequence[Mapping[str, Any]]) -> bool:
    """Make the dataset carry exactly these keywords; three statements, plus one per new one."""
    wanted = {(item["name"], item.get("vocabulary_id") or None) for item in items}
    have = {(link.tag.name, link.tag.vocabulary_id): link for link in row.tags}
    if wanted == set(have):
        return False
    for key, link in have.items():
        if key not in wanted:
            row.tags.remove(link)
    missing = sorted(wanted - set(have), key=lambda key: (key[0], key[1] or ""))
    _require_vocabularies(context, {vocabulary for _, vocabulary in missing if vocabulary})
    names = [name for name, _ in missing]
    known = {
        (tag.name, tag.vocabulary_id): tag
        for tag in context.session.scalars(select(Tag).where(Tag.name.in_(names)))
    }
    for key in missing:
        tag = known.get(key) or Tag(name=key[0], vocabulary_id=key[1])
        row.tags.append(PackageTag(tag=tag))
    context.session.flush()
    return True


def _require_vocabularies(context: Context, ids: set[str]) -> None:
    if not ids:
        return
    found = context.session.scalars(select(Vocabulary.id).where(Vocabulary.id.in_(ids)))
    if ids.difference(found):
        raise ValidationError({"tags": ["Tag vocabulary was not found."]})


def write_groups(context: Context, row: Package, items: Sequence[Mapping[str, Any]]) -> bool:
    """Put the dataset into exactly these collections."""
    present = groups_of_packages(context.session, [row.id]).get(row.id, ())
    have = {group.id for group in present}
    wanted: set[str] = set()
    for item in items:
        ref = item.get("id") or item.get("name")
        group = find_group(context.session, str(ref), is_organization=False) if ref else None
        if group is None or group.state != "active":
            raise ValidationError({"groups": [f"Group {ref} does not exist"]})
        wanted.add(group.id)
    for group_id in sorted(wanted ^ have):
        if not context.ignore_auth and not has_permission(context, group_id, "manage_group"):
            raise NotAuthorized(
                f"User {context.user_name} not authorized to edit collection {group_id}"
            )
    for group_id in sorted(wanted - have):
        _join(context, group_id, row.id)
    for group_id in sorted(have - wanted):
        _leave(context, group_id, row.id)
    context.session.flush()
    return wanted != have


def _find_member(context: Context, group_id: str, package_id: str) -> Member | None:
    query = select(Member).where(
        Member.group_id == group_id,
        Member.table_name == "package",
        Member.table_id == package_id,
    )
    return context.session.scalar(query)


def _join(context: Context, group_id: str, package_id: str) -> None:
    member = _find_member(context, group_id, package_id)
    if member is None:
        member = Member(
            group_id=group_id, table_name="package", table_id=package_id, capacity="public"
        )
        context.session.add(member)
    member.state = "active"


def _leave(context: Context, group_id: str, package_id: str) -> None:
    member = _find_member(context, group_id, package_id)
    if member is not None:
        context.session.delete(member)
