"""Who did what, and news of what one follows."""

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
    Site,
    current_site,
    hookimpl,
)
from cytotheca.extensions.activity import dashboard, details, lists, pages, pruning, recording
from cytotheca.extensions.activity.models import forget_object
from cytotheca.extensions.activity.settings import ActivitySettings

HERE = Path(__file__).parent


class ActivityPlugin(Plugin):
    """The activity log and the dashboard's news."""

    name = "activity"
    settings = (ActivitySettings,)
    templates = HERE / "templates"
    migrations = HERE / "migration"

    @hookimpl
    def actions(self) -> Sequence[Action]:
        """CKAN's activity actions, and one that removes old activities."""
        return (*lists.ACTIONS, *dashboard.ACTIONS, *details.ACTIONS)

    @hookimpl
    def rules(self) -> Rules:
        """Say who may call the actions."""
        return {**lists.RULES, **dashboard.RULES, **details.RULES}

    @hookimpl
    def dataset_changed(self, context: Context, change: DatasetChange) -> None:
        """Note it."""
        recording.record_dataset(context, change)

    @hookimpl
    def dataset_purged(self, context: Context, dataset: Mapping[str, Any]) -> None:
        """Forget what happened to it."""
        forget_object(context.session, dataset["id"])

    @hookimpl
    def group_changed(
        self, context: Context, group: Mapping[str, Any], before: Mapping[str, Any] | None
    ) -> None:
        """Note it."""
        recording.record_group(context, group, before)

    @hookimpl
    def group_purged(self, context: Context, group: Mapping[str, Any]) -> None:
        """Forget what happened to it."""
        forget_object(context.session, group["id"])

    @hookimpl
    def user_created(self, context: Context, user: Mapping[str, Any]) -> None:
        """Note it."""
        recording.record_new_user(context, user)

    @hookimpl
    def user_changed(
        self, context: Context, user: Mapping[str, Any], before: Mapping[str, Any]
    ) -> None:
        """Note it."""
        recording.record_user(context, user, before)

    @hookimpl
    def blueprints(self, site: Site) -> Sequence[Blueprint]:
        """Serve the pages of activities, and news as the dashboard's first page."""
        return (pages.activity_blueprint(site),)

    @hookimpl
    def template_helpers(self) -> Mapping[str, Any]:
        """Return what the header tells of news."""
        return {"activity_news": lambda: pages.count_news(current_site())}

    @hookimpl
    def jobs(self) -> Sequence[JobSpec]:
        """Remove old activities every day."""
        return (pruning.PRUNE,)

    @hookimpl
    def commands(self) -> Sequence[click.Command]:
        """Offer ``cytotheca activity prune``."""
        return (pruning.activity,)
