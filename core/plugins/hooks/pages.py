"""What a plugin brings to the pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cytotheca.core.plugins.markers import hookspec

if TYPE_CHECKING:
    from flask import Blueprint

    from cytotheca.core.runtime.context import Context
    from cytotheca.core.runtime.site import Site
    from cytotheca.core.runtime.views import ViewSpec


class PageHooks:
    """Routes, views, helpers, facets. Templates and static files are folders of the plugin."""

    @hookspec
    def blueprints(self, site: Site) -> Sequence[Blueprint]:  # type: ignore[empty-body]
        """Return Flask blueprints; they win over the core's routes [IBlueprint]."""

    @hookspec
    def views(self) -> Sequence[ViewSpec]:  # type: ignore[empty-body]
        """Return ways to show a resource on its page [IResourceView]."""

    @hookspec
    def template_helpers(self) -> Mapping[str, Any]:  # type: ignore[empty-body]
        """Return functions for templates, as ``h.name`` [ITemplateHelpers].

        The plugin listed first wins.
        """

    @hookspec
    def facets(self, facets: dict[str, str]) -> None:
        """Change the facets (field → title, in order) of dataset searches [IFacets]."""

    @hookspec
    def organization_facets(self, facets: dict[str, str], organization: Mapping[str, Any]) -> None:
        """Change the facets on the page of a circle [IFacets]; ``facets`` has gone before."""

    @hookspec
    def group_facets(self, facets: dict[str, str], group: Mapping[str, Any]) -> None:
        """Change the facets on the page of a collection [IFacets]; ``facets`` has gone before."""

    @hookspec
    def before_dataset_view(self, context: Context, dataset: dict[str, Any]) -> None:
        """Change a dataset before its page shows it [IPackageController.before_dataset_view].

        The dataset comes without its resources.
        """
