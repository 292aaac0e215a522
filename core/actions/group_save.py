"""Founding, changing, deleting and purging organizations and groups; for both kinds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy import delete, func, select, update

from cytotheca.core.actions.group_dict import Shown, show_extras, show_plainly
from cytotheca.core.actions.group_read import show_changed
from cytotheca.core.actions.group_reindex import reindex_datasets
from cytotheca.core.actions.images import new_image
from cytotheca.core.actions.members_save import put_member, write_members
from cytotheca.core.auth.group import get_group, word_for
from cytotheca.core.auth.roles import forget_roles
from cytotheca.core.domain.errors import NotFound, ValidationError
from cytotheca.core.domain.roles import Role
from cytotheca.core.models.account import Followed
from cytotheca.core.models.base import new_id
from cytotheca.core.models.former_name import GROUP, forget_former_names, note_former_name
from cytotheca.core.models.group import Group, Member, find_group, package_ids_of_group
from cytotheca.core.models.membership import MemberKind, list_members
from cytotheca.core.models.package import Package
from cytotheca.core.models.user import Follow
from cytotheca.core.runtime.auditing import record
from cytotheca.core.runtime.context import Context
from cytotheca.core.schema.compose import refuse
from cytotheca.core.schema.dataset import ExtraItem
from cytotheca.core.schema.group import GroupChange, GroupCreate, GroupFields, check_extras
from cytotheca.core.schema.params import IdParams
from cytotheca.core.settings.site import AuthSettings

IMAGES = "group"
NAME_TAKEN = {"name": ["Group name already exists in database"]}
SHOWN_IN_DATASETS = ("name", "title", "description", "image_url", "state")


def create(context: Context, params: GroupCreate, *, is_organization: bool) -> Shown:
    """Found an organization or group; the caller becomes its admin."""
    if params.id and not (context.is_sysadmin or context.ignore_auth):
        raise ValidationError({"id": ["The input field id was not expected."]})
    if params.id and context.session.get(Group, params.id):
        raise ValidationError({"id": ["Group id already exists."]})
    group = Group(
        id=params.id or new_id(),
        name=params.name,
        type=params.type or ("organization" if is_organization else "group"),
        is_organization=is_organization,
        extras={},
    )
    _write(context, group, params)
    group.title = (group.title or "").strip() or group.name
    with unique_name(context, group):
        context.session.add(group)
    write_members(context, group, params)
    if context.user is not None:
        put_member(context, group, MemberKind.USER, context.user.id, Role.ADMIN)
    _tell_changed(context, group, None)
    return show_changed(context, group)


def change(
    context: Context, params: GroupChange, *, is_organization: bool, keep_extras: bool
) -> Shown:
    """Change what was given; extras that are absent go, unless they are to be kept."""
    group = _locked(context, params.id, is_organization=is_organization)
    before = [getattr(group, name) for name in SHOWN_IN_DATASETS]
    shown_before = _shown_alone(context, group)
    if params.type and params.type != group.type:
        raise ValidationError({"type": ["Type cannot be updated"]})
    _write(context, group, params)
    if not keep_extras and "extras" not in params.model_fields_set:
        group.extras = {}
    if "state" in params.model_fields_set:
        _put_state(context, group, params.state)
    former = group.name
    with unique_name(context, group):
        group.name = params.name or group.name
    if group.name != former:
        note_former_name(context.session, GROUP, former, group.id)
    write_members(context, group, params)
    if before != [getattr(group, name) for name in SHOWN_IN_DATASETS]:
        reindex_datasets(context, group)
        _forget_all_roles(context, group)
    _tell_changed(context, group, shown_before)
    return show_changed(context, group)


def remove(context: Context, ref: str, *, is_organization: bool) -> None:
    """Mark as deleted; an organization must have no datasets, or they become unowned."""
    group = _locked(context, ref, is_organization=is_organization)
    before = _shown_alone(context, group)
    _mark_deleted(context, group)
    _tell_changed(context, group, before)


def purge(context: Context, ref: str, *, is_organization: bool) -> None:
    """Remove for good, with all memberships; deleted datasets lose their owner."""
    group = _locked(context, ref, is_organization=is_organization)
    if is_organization:
        _release_datasets(context, group, "purged")
    ids = package_ids_of_group(context.session, group)
    context.site.hooks.group_purged(context=context, group=_shown_alone(context, group))
    _forget_all_roles(context, group)
    new_image(context, IMAGES, group.image_url, GroupFields(clear_upload=True))
    session = context.session
    session.execute(update(Package).where(Package.owner_org == group.id).values(owner_org=None))
    above = (Member.table_name == MemberKind.GROUP) & (Member.table_id == group.id)
    session.execute(delete(Member).where(sa.or_(above, Member.group_id == group.id)))
    session.execute(
        delete(Follow).where(Follow.kind == Followed.GROUP, Follow.object_id == group.id)
    )
    record(context, f"{word_for(group)}_purged", word_for(group), group.id, name=group.name)
    forget_former_names(session, group.id)
    session.delete(group)
    session.flush()
    context.reindex(*ids)


def _shown_alone(context: Context, group: Group) -> Shown:
    """Return a group as plugins hear of it: with its further keys, without people."""
    return {**show_plainly(context, group), "extras": show_extras(group)}


def _tell_changed(context: Context, group: Group, before: Shown | None) -> None:
    shown = _shown_alone(context, group)
    context.site.hooks.group_changed(context=context, group=shown, before=before)


def _put_state(context: Context, group: Group, state: str) -> None:
    """Change the state; deleting by a change is deleting, with its rule and its conditions."""
    if state == "deleted" and group.state != "deleted":
        context.check(f"{word_for(group)}_delete", IdParams(id=group.id))
        _mark_deleted(context, group)
    group.state = state


def _mark_deleted(context: Context, group: Group) -> None:
    if group.is_organization:
        _release_datasets(context, group, "deleted")
    reindex_datasets(context, group)
    group.state = "deleted"
    context.session.flush()
    _forget_all_roles(context, group)


@contextmanager
def unique_name(context: Context, group: Group) -> Iterator[None]:
    """Write the name of a group inside the block; a taken one is refused.

    Deleted groups keep their names, and another process may be faster: then
    the database refuses, and the message is the same.
    """
    with context.session.no_autoflush:
        own_id = group.id
        yield
        other = find_group(context.session, group.name)
    if other is not None and other.id != own_id:
        raise ValidationError(NAME_TAKEN)
    try:
        context.session.flush()
    except sa.exc.IntegrityError as error:
        raise ValidationError(NAME_TAKEN) from error


def _write(context: Context, group: Group, params: GroupFields) -> None:
    given = params.model_fields_set
    if "title" in given:
        group.title = params.title
    if "description" in given:
        group.description = params.description
    if "extras" in given:
        refuse(check_extras(params.extras))
        group.extras = _as_mapping(params.extras)
    group.image_url = new_image(context, IMAGES, group.image_url, params)


def _as_mapping(extras: list[ExtraItem]) -> dict[str, str]:
    return {extra.key: str(extra.value) for extra in extras if extra.value is not None}


def _locked(context: Context, ref: str, *, is_organization: bool) -> Group:
    group = get_group(context, ref, is_organization=is_organization)
    row = context.session.scalar(
        select(Group)
        .where(Group.id == group.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound
    return row


def _release_datasets(context: Context, group: Group, verb: str) -> None:
    """Refuse while there are datasets, or make them unowned where the site allows that."""
    owned = (Package.owner_org == group.id, Package.state != "deleted")
    count = context.session.scalar(select(func.count()).select_from(Package).where(*owned))
    if not count:
        return
    if not context.site.settings(AuthSettings).create_unowned_dataset:
        raise ValidationError(f"Organization cannot be {verb} while it still has datasets")
    ids = context.session.scalars(select(Package.id).where(*owned)).all()
    context.session.execute(update(Package).where(*owned).values(owner_org=None))
    context.reindex(*ids)


def _forget_all_roles(context: Context, group: Group) -> None:
    for row in list_members(context.session, group.id, kind=MemberKind.USER):
        forget_roles(context, row.table_id)
