"""All extension points, in one place.

A plugin implements any of these as methods marked with ``hookimpl``. Unless a
docstring says otherwise, an exception in a hook goes to the caller and undoes
the transaction. The names of CKAN's interfaces stand in brackets.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:
    import click
    from flask import Blueprint

    from cytotheca.core.jobs.declare import JobSpec
    from cytotheca.core.runtime.changes import DatasetChange, ResourceChange
    from cytotheca.core.runtime.context import Context
    from cytotheca.core.runtime.declare import Action, Rules
    from cytotheca.core.runtime.site import Handler, Site
    from cytotheca.core.runtime.views import ViewSpec
    from cytotheca.core.schema.compose import SchemaAdditions

PROJECT = "cytotheca"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


class Hooks:
    """The hook specifications."""

    @hookspec
    def config_defaults(self) -> Mapping[str, str]:  # type: ignore[empty-body]
        """Return values for keys the operator has not set [IConfigurer]."""

    @hookspec
    def actions(self) -> Sequence[Action]:  # type: ignore[empty-body]
        """Return action functions [IActions]."""

    @hookspec
    def rules(self) -> Rules:  # type: ignore[empty-body]
        """Return auth functions by the name of their action [IAuthFunctions]."""

    @hookspec
    def jobs(self) -> Sequence[JobSpec]:  # type: ignore[empty-body]
        """Return background jobs."""

    @hookspec
    def event_handlers(self) -> Mapping[str, Handler]:  # type: ignore[empty-body]
        """Return functions that do what ``context.after_commit(event, …)`` asked for."""

    @hookspec
    def worker_started(self, site: Site) -> None:
        """Prepare a worker before it forks its first job."""

    @hookspec
    def schema_additions(self) -> SchemaAdditions:  # type: ignore[empty-body]
        """Return mixins for dataset, resource, organization, group and user [IDatasetForm]."""

    @hookspec
    def blueprints(self, site: Site) -> Sequence[Blueprint]:  # type: ignore[empty-body]
        """Return Flask blueprints; they win over the core's routes [IBlueprint]."""

    @hookspec
    def commands(self) -> Sequence[click.Command]:  # type: ignore[empty-body]
        """Return commands below the main command [IClick]."""

    @hookspec
    def views(self) -> Sequence[ViewSpec]:  # type: ignore[empty-body]
        """Return ways to show a resource on its page [IResourceView]."""

    @hookspec
    def template_helpers(self) -> Mapping[str, Any]:  # type: ignore[empty-body]
        """Return functions for templates, as ``h.name`` [ITemplateHelpers]."""

    @hookspec
    def facets(self, facets: dict[str, str]) -> None:
        """Change the facets (field → title, in order) of dataset searches [IFacets]."""

    @hookspec
    def dataset_labels(  # type: ignore[empty-body]
        self, context: Context, package: Any, groups: Sequence[Any]
    ) -> Iterable[str]:
        """Return further labels that let callers read a dataset [IPermissionLabels]."""

    @hookspec
    def user_labels(self, context: Context) -> Iterable[str]:  # type: ignore[empty-body]
        """Return further labels that the caller has [IPermissionLabels]."""

    @hookspec
    def before_transaction(self, site: Site, action: str, params: Mapping[str, Any]) -> None:
        """Do slow work before an action's transaction begins; must not rely on rights."""

    @hookspec
    def prepare_dataset(self, context: Context, change: DatasetChange) -> None:
        """Change ``change.proposed`` before it is judged and validated."""

    @hookspec
    def check_dataset(self, context: Context, change: DatasetChange) -> None:
        """Refuse a valid dataset inside the transaction, with ``ValidationError``."""

    @hookspec
    def complete_resource(
        self, context: Context, dataset: Mapping[str, Any], resource: dict[str, Any]
    ) -> None:
        """Fill in what the site knows of a new resource, before it is saved."""

    @hookspec
    def dataset_changed(self, context: Context, change: DatasetChange) -> None:
        """React inside the transaction, after saving [IPackageController.after_dataset_*]."""

    @hookspec
    def resource_changed(self, context: Context, change: ResourceChange) -> None:
        """React inside the transaction, e.g. enqueue jobs; for every path, exactly once."""

    @hookspec
    def after_resource_change(self, context: Context, change: ResourceChange) -> None:
        """React after the commit, in a transaction of its own, exactly once."""

    @hookspec
    def dataset_purged(self, context: Context, dataset: Mapping[str, Any]) -> None:
        """React to a purge inside its transaction."""

    @hookspec
    def show_dataset(self, context: Context, dataset: dict[str, Any]) -> None:
        """Change a dataset as it is shown [after_dataset_show, before_resource_show]."""

    @hookspec
    def before_dataset_search(self, context: Context, params: dict[str, Any]) -> None:
        """Change the parameters of a search [IPackageController.before_dataset_search]."""

    @hookspec
    def after_dataset_search(
        self, context: Context, results: dict[str, Any], params: Mapping[str, Any]
    ) -> None:
        """Change the results of a search [IPackageController.after_dataset_search]."""

    @hookspec
    def before_dataset_index(
        self, context: Context, document: dict[str, Any], dataset: Mapping[str, Any]
    ) -> None:
        """Change the index document; labels are set afterwards and cannot be forged."""

    @hookspec
    def user_created(self, context: Context, user: Mapping[str, Any]) -> None:
        """React to a new account inside the transaction."""
