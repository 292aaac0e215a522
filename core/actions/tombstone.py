"""Datasets that were public and are no more: their links lead to what they were."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete

from cytotheca.core.actions.citation import cite_shown
from cytotheca.core.citation.bibliography import as_text
from cytotheca.core.domain.errors import NotFound
from cytotheca.core.models.base import iso
from cytotheca.core.models.tombstone import Tombstone, find_tombstone
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.declare import Action
from cytotheca.core.schema import results
from cytotheca.core.schema.params import IdParams

MAX_REASON = 2000


def note_withdrawal(context: Context, shown: Mapping[str, Any], reason: str = "") -> None:
    """Keep how a dataset is cited that was just public; those that were not leave nothing.

    ``shown`` is the dataset as it was before; of one that was withdrawn already, a new reason
    replaces the old one.
    """
    if shown["state"] == "deleted" and reason:
        known = context.session.get(Tombstone, shown["id"])
        if known is not None:
            known.reason = reason
    if shown["state"] != "active" or shown["private"]:
        return
    record = cite_shown(context, shown)
    document = {
        "title": record.title,
        "authors": [creator.name for creator in record.creators],
        "citation": as_text(record),
        "doi": record.doi,
        "url": record.url,
    }
    context.session.merge(
        Tombstone(package_id=shown["id"], name=shown["name"], document=document, reason=reason)
    )


def note_return(context: Context, package_id: str) -> None:
    """Forget that a dataset was withdrawn; it is there again."""
    context.session.execute(delete(Tombstone).where(Tombstone.package_id == package_id))


def dataset_tombstone_show(context: Context, params: IdParams) -> dict[str, Any]:
    """Show what a withdrawn dataset was: ``{"id", "name", "title", "authors", …}``.

    Parameters: ``id`` (id, or the name it had). Also returns ``citation``, ``doi``, ``url``,
    ``reason`` and ``withdrawn`` (when). Only datasets that were public have one.

    Example: ``{"id": "beads-1"}``
    """
    found = find_tombstone(context.session, params.id)
    if found is None:
        raise NotFound("Withdrawn dataset not found")
    return {
        **found.document,
        "id": found.package_id,
        "name": found.name,
        "reason": found.reason,
        "withdrawn": iso(found.withdrawn),
    }


ACTIONS = (
    Action(
        name="dataset_tombstone_show",
        body=dataset_tombstone_show,
        result=results.Tombstone,
        params=IdParams,
        read_only=True,
    ),
)
