"""Serves measurements to dclab, and makes condensed files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from flask import Blueprint

from cytotheca.core.plugins.toolkit import (
    Action,
    Context,
    JobSpec,
    Plugin,
    ResourceChange,
    Rules,
    Site,
    hookimpl,
)
from cytotheca.extensions.dc_schemas.toolkit import (
    derived_blueprint,
    enqueue_derived,
    forget_made,
    job_of,
)
from cytotheca.extensions.dc_serve import actions as serve_actions
from cytotheca.extensions.dc_serve.condensing import CONDENSED
from cytotheca.extensions.dc_serve.models import Condensed
from cytotheca.extensions.dc_serve.settings import ServeSettings


class DcServePlugin(Plugin):
    """``dcserv``, condensed files and their download."""

    name = "dc_serve"
    requires = ("dc_schemas",)
    settings = (ServeSettings,)
    migrations = Path(__file__).parent / "migration"

    @hookimpl
    def actions(self) -> Sequence[Action]:
        """``dcserv``."""
        return serve_actions.ACTIONS

    @hookimpl
    def rules(self) -> Rules:
        """Who may ask ``dcserv``."""
        return serve_actions.RULES

    @hookimpl
    def jobs(self) -> Sequence[JobSpec]:
        """Condensing."""
        return (job_of(CONDENSED),)

    @hookimpl
    def blueprints(self, site: Site) -> Sequence[Blueprint]:
        """Serve downloads of condensed files."""
        return (derived_blueprint(site, CONDENSED, plugin=self.name),)

    @hookimpl
    def resource_changed(self, context: Context, change: ResourceChange) -> None:
        """Condense new measurements."""
        if context.site.settings(ServeSettings).create_condensed_datasets:
            enqueue_derived(context, change, CONDENSED)

    @hookimpl
    def dataset_purged(self, context: Context, dataset: Mapping[str, Any]) -> None:
        """Forget the condensed files."""
        forget_made(context.session, Condensed, dataset["id"])
