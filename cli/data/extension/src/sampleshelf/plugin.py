"""What the extension brings, on one screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
from flask import Blueprint

from cytotheca.core.plugins.toolkit import (
    Action,
    Context,
    DatasetChange,
    JobSpec,
    Plugin,
    Rules,
    SchemaAdditions,
    Site,
    hookimpl,
)
from sampleshelf import actions, commands, jobs, pages, schema
from sampleshelf.settings import ShelfSettings

HERE = Path(__file__).parent


class SampleShelfPlugin(Plugin):
    """Datasets say on which shelf their sample lies."""

    name = "sampleshelf"
    settings = (ShelfSettings,)
    templates = HERE / "templates"
    static = HERE / "static"
    migrations = HERE / "migration"

    @hookimpl
    def schema_additions(self) -> SchemaAdditions:
        """Add ``sampleshelf_place`` to datasets."""
        return schema.ADDITIONS

    @hookimpl
    def actions(self) -> Sequence[Action]:
        """List the shelves; tell in ``package_show`` how full a shelf is."""
        return actions.ACTIONS

    @hookimpl
    def rules(self) -> Rules:
        """Say who may call the actions."""
        return actions.RULES

    @hookimpl
    def jobs(self) -> Sequence[JobSpec]:
        """Count the datasets of each shelf."""
        return (jobs.RECOUNT,)

    @hookimpl
    def dataset_changed(self, context: Context, change: DatasetChange) -> None:
        """Have the shelves counted anew when a dataset changes."""
        jobs.enqueue_recount(context, change)

    @hookimpl
    def dataset_purged(self, context: Context, dataset: Mapping[str, Any]) -> None:
        """Have the shelves counted anew when a dataset is gone."""
        del dataset
        context.enqueue(jobs.RECOUNT, jobs.ALL_SHELVES)

    @hookimpl
    def blueprints(self, site: Site) -> Sequence[Blueprint]:
        """Serve the page of the shelves."""
        return (pages.shelf_blueprint(site),)

    @hookimpl
    def commands(self) -> Sequence[click.Command]:
        """Offer ``cytotheca sampleshelf``."""
        return (commands.sampleshelf,)
