"""Rules of the field: datasets and resources, supplements, permissions, inspection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from cytotheca.core.plugins.toolkit import (
    Action,
    Context,
    DatasetChange,
    JobSpec,
    Plugin,
    ResourceChange,
    Rules,
    SchemaAdditions,
    Site,
    hookimpl,
)
from cytotheca.extensions.dc_schemas import actions as field_actions
from cytotheca.extensions.dc_schemas import auth, collections, purging, schema, visibility
from cytotheca.extensions.dc_schemas import jobs as field_jobs
from cytotheca.extensions.dc_schemas.activation import inspect_before_activation
from cytotheca.extensions.dc_schemas.registration import complete
from cytotheca.extensions.dc_schemas.settings import CONFIG_DEFAULTS, SchemaSettings

HERE = Path(__file__).parent


class DcSchemasPlugin(Plugin):
    """Drafts are filled and checked; active datasets stay as they are."""

    name = "dc_schemas"
    settings = (SchemaSettings,)
    migrations = HERE / "migration"

    @hookimpl
    def config_defaults(self) -> Mapping[str, str]:
        """Return what sites of the field usually set, and their licences."""
        licenses = (HERE / "data" / "licenses.json").as_uri()
        return {**CONFIG_DEFAULTS, "licenses_group_url": licenses}

    @hookimpl
    def actions(self) -> Sequence[Action]:
        """Supplements, suffixes, direct uploads."""
        return (*field_actions.ACTIONS, *collections.ACTIONS)

    @hookimpl
    def rules(self) -> Rules:
        """Rules of the field, chained to those of the core."""
        return {**auth.RULES, **collections.RULES}

    @hookimpl
    def jobs(self) -> Sequence[JobSpec]:
        """Look into files; compute digests."""
        return field_jobs.JOBS

    @hookimpl
    def schema_additions(self) -> SchemaAdditions:
        """Add ``authors``, ``doi``, ``references``."""
        return schema.ADDITIONS

    @hookimpl
    def event_handlers(self) -> Mapping[str, Any]:
        """Set public marks; remove files of purged datasets."""
        return {visibility.EVENT: visibility.set_marks, purging.EVENT: purging.remove_artifacts}

    @hookimpl
    def dataset_labels(
        self, context: Context, package: Any, groups: Sequence[Any]
    ) -> Iterable[str]:
        """Let members of a collection read its private datasets."""
        return collections.dataset_labels(context, package, groups)

    @hookimpl
    def dataset_reading_groups(
        self, context: Context, package: Any, groups: Sequence[Any]
    ) -> Iterable[str]:
        """Tell that members of a collection read its private datasets."""
        return collections.reading_groups(context, package, groups)

    @hookimpl
    def user_labels(self, context: Context) -> Iterable[str]:
        """Give callers a label per collection they belong to."""
        return collections.user_labels(context)

    @hookimpl
    def before_transaction(self, site: Site, action: str, params: Mapping[str, Any]) -> None:
        """Look into files that nobody has looked into, before a dataset is activated."""
        inspect_before_activation(site, action, params)

    @hookimpl
    def prepare_dataset(self, context: Context, change: DatasetChange) -> None:
        """Name, state, authors, references, supplements."""
        schema.prepare(context, change)

    @hookimpl
    def check_dataset(self, context: Context, change: DatasetChange) -> None:
        """Licence, file names, what activation asks."""
        schema.check(context, change)

    @hookimpl
    def complete_resource(
        self, context: Context, dataset: Mapping[str, Any], resource: dict[str, Any]
    ) -> None:
        """Register objects; set media type and addresses."""
        complete(context, dataset, resource)

    @hookimpl
    def dataset_changed(self, context: Context, change: DatasetChange) -> None:
        """Keep public marks in step."""
        visibility.note_change(context, change)

    @hookimpl
    def resource_changed(self, context: Context, change: ResourceChange) -> None:
        """Enqueue the jobs of a new file."""
        field_jobs.enqueue_for(context, change)

    @hookimpl
    def dataset_purged(self, context: Context, dataset: Mapping[str, Any]) -> None:
        """Remove what was derived from the files."""
        purging.forget(context, dataset)
