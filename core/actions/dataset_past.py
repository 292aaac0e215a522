"""What happened to a dataset before it came here: its dates and its creator."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pydantic
from pydantic import Field
from sqlalchemy import select

from cytotheca.core.models.package import Package
from cytotheca.core.models.resource import Resource
from cytotheca.core.models.user import find_user
from cytotheca.core.runtime.context import Context
from cytotheca.core.schema.dataset import Date, Item, ObjectId, Text
from cytotheca.core.schema.errors import as_validation_error


class ResourcePast(Item):
    """The dates of a file."""

    id: ObjectId = None
    created: Date = None
    last_modified: Date = None
    metadata_modified: Date = None


class Past(Item):
    """The dates of a dataset and of its files, and who made it; what is absent is made anew."""

    creator_user_id: Text = None
    metadata_created: Date = None
    metadata_modified: Date = None
    resources: list[ResourcePast] = Field(default_factory=list)


def read_past(shown: Mapping[str, Any]) -> Past:
    """Return the past of a dataset as it was shown elsewhere. Raises ``ValidationError``."""
    try:
        return Past.model_validate(dict(shown))
    except pydantic.ValidationError as error:
        raise as_validation_error(error) from None


def write_past(context: Context, package: Package, past: Past) -> None:
    """Give a new dataset its past; the creator only if there is such a user here."""
    creator = find_user(context.session, past.creator_user_id) if past.creator_user_id else None
    package.creator_user_id = creator.id if creator is not None else None
    _write_dates(package, past, ("metadata_created", "metadata_modified"))
    rows = context.session.scalars(select(Resource).where(Resource.package_id == package.id))
    by_id = {row.id: row for row in rows}
    for one in past.resources:
        if one.id in by_id:
            _write_dates(by_id[one.id], one, ("created", "last_modified", "metadata_modified"))


def _write_dates(row: Package | Resource, past: Item, keys: tuple[str, ...]) -> None:
    for key in keys:
        text = getattr(past, key)
        if text:
            setattr(row, key, datetime.fromisoformat(text).replace(tzinfo=UTC))
