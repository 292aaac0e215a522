"""Previews of measurements, and the panel that shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from flask import Blueprint
from sqlalchemy import delete

from cytotheca.core.plugins.toolkit import (
    Context,
    JobSpec,
    Plugin,
    ResourceChange,
    Site,
    ViewSpec,
    hookimpl,
)
from cytotheca.extensions.dc_view.jobs import PREVIEW, enqueue_for
from cytotheca.extensions.dc_view.listing import HELPERS, add_facets
from cytotheca.extensions.dc_view.models import Preview
from cytotheca.extensions.dc_view.routes import preview_blueprint
from cytotheca.extensions.dc_view.view import DC_VIEW

HERE = Path(__file__).parent


class DcViewPlugin(Plugin):
    """The preview picture and the tables of a measurement."""

    name = "dc_view"
    requires = ("dc_schemas",)
    templates = HERE / "templates"
    static = HERE / "static"
    migrations = HERE / "migration"

    @hookimpl
    def jobs(self) -> Sequence[JobSpec]:
        """Drawing."""
        return (PREVIEW,)

    @hookimpl
    def views(self) -> Sequence[ViewSpec]:
        """Offer the panel "DC Info"."""
        return (DC_VIEW,)

    @hookimpl
    def template_helpers(self) -> Mapping[str, Any]:
        """Return what lists say of measurements."""
        return HELPERS

    @hookimpl
    def facets(self, facets: dict[str, str]) -> None:
        """Add the settings of the set-up."""
        add_facets(facets)

    @hookimpl
    def blueprints(self, site: Site) -> Sequence[Blueprint]:
        """Serve previews."""
        return (preview_blueprint(site),)

    @hookimpl
    def resource_changed(self, context: Context, change: ResourceChange) -> None:
        """Draw new measurements."""
        enqueue_for(context, change)

    @hookimpl
    def dataset_purged(self, context: Context, dataset: Mapping[str, Any]) -> None:
        """Forget the previews."""
        ids = [resource["id"] for resource in dataset["resources"]]
        context.session.execute(delete(Preview).where(Preview.resource_id.in_(ids)))
