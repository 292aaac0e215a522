"""Serves measurements to dclab, and makes condensed files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from flask import Blueprint
from sqlalchemy import delete

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
from cytotheca.extensions.dc_serve import actions as serve_actions
from cytotheca.extensions.dc_serve import jobs as serve_jobs
from cytotheca.extensions.dc_serve.models import Condensed
from cytotheca.extensions.dc_serve.routes import condensed_blueprint
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
        return (serve_jobs.CONDENSE,)

    @hookimpl
    def blueprints(self, site: Site) -> Sequence[Blueprint]:
        """Serve downloads of condensed files."""
        return (condensed_blueprint(site),)

    @hookimpl
    def resource_changed(self, context: Context, change: ResourceChange) -> None:
        """Condense new measurements."""
        serve_jobs.enqueue_for(context, change)

    @hookimpl
    def dataset_purged(self, context: Context, dataset: Mapping[str, Any]) -> None:
        """Forget the condensed files."""
        ids = [resource["id"] for resource in dataset["resources"]]
        context.session.execute(delete(Condensed).where(Condensed.resource_id.in_(ids)))
