"""The order of a move: people, circles, collections, then dataset by dataset."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
import httpx

from cytotheca.cli.importing.datasets import take_dataset
from cytotheca.cli.importing.groups import CIRCLE, COLLECTION, take_group, take_groups
from cytotheca.cli.importing.move import Move
from cytotheca.cli.importing.people import take_people, take_user
from cytotheca.cli.importing.report import Report
from cytotheca.cli.importing.source import CkanSource, SourceBusy, SourceRefused

if TYPE_CHECKING:
    from cytotheca.core.operations import OperableSite


def move_in(
    source: CkanSource, site: OperableSite, folder: Path, *, only: Sequence[str], dry_run: bool
) -> bool:
    """Take everything, or some datasets with what they need; tell whether nothing is missing.

    Raises ``click.ClickException`` if the other site cannot be read at all.
    """
    move = Move(source=source, site=site, report=Report(dry_run=dry_run), folder=folder)
    try:
        source.call("status_show")
        if only:
            _take_some(move, only)
        else:
            _take_all(move)
    except (SourceRefused, SourceBusy, httpx.HTTPError) as error:
        move.report.finish()
        raise click.ClickException(f"{source.url} cannot be read: {error}") from error
    return move.report.finish()


def _take_all(move: Move) -> None:
    take_people(move)
    take_groups(move, CIRCLE)
    take_groups(move, COLLECTION)
    for dataset_id in list(move.source.iter_dataset_ids()):
        take_dataset(move, dataset_id)


def _take_some(move: Move, only: Sequence[str]) -> None:
    """Take datasets with their circles and collections, and the people of those."""
    for ref in only:
        try:
            dataset = move.source.call("package_show", id=ref)
        except SourceRefused as error:
            move.report.refuse("dataset", ref, error)
            continue
        if dataset.get("owner_org") and dataset["owner_org"] not in move.circles:
            take_group(move, CIRCLE, dataset["owner_org"])
        for group in dataset.get("groups") or ():
            if group["id"] not in move.collections:
                take_group(move, COLLECTION, group["id"])
        _take_creator(move, dataset.get("creator_user_id"))
        take_dataset(move, ref)


def _take_creator(move: Move, user_id: str | None) -> None:
    """Take whoever made a dataset, if the other site tells who it was."""
    if not user_id or user_id in move.people:
        return
    try:
        take_user(move, move.source.call("user_show", id=user_id))
    except SourceRefused as error:
        move.report.note("user", user_id, str(error))
