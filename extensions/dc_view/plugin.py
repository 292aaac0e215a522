"""Previews of measurements, and the panel that shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from flask import Blueprint

from cytotheca.core.plugins.toolkit import (
    Context,
    JobSpec,
    Plugin,
    ResourceChange,
    Site,
    ViewSpec,
    hookimpl,
)
from cytotheca.extensions.dc_schemas.toolkit import (
    derived_blueprint,
    enqueue_derived,
    forget_made,
    job_of,
)
from cytotheca.extensions.dc_view.drawing import PREVIEW
from cytotheca.extensions.dc_view.listing import HELPERS, add_facets, name_media
from cytotheca.extensions.dc_view.models import Preview
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
        return (job_of(PREVIEW),)

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
    def before_dataset_index(self, document: dict[str, Any]) -> None:
        """Name media in facets as the pages name them."""
        name_media(document)

    @hookimpl
    def blueprints(self, site: Site) -> Sequence[Blueprint]:
        """Serve previews."""
        return (derived_blueprint(site, PREVIEW, plugin=self.name),)

    @hookimpl
    def resource_changed(self, context: Context, change: ResourceChange) -> None:
        """Draw new measurements."""
        enqueue_derived(context, change, PREVIEW)

    @hookimpl
    def dataset_purged(self, context: Context, dataset: Mapping[str, Any]) -> None:
        """Forget the previews."""
        forget_made(context.session, Preview, dataset["id"])
