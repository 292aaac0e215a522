"""What a plugin brings when the site starts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cytotheca.core.plugins.markers import hookspec

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    import click

    from cytotheca.core.domain.validators import Validator
    from cytotheca.core.jobs.declare import JobSpec
    from cytotheca.core.runtime.declare import Action, Rules
    from cytotheca.core.runtime.signals import Receivers
    from cytotheca.core.runtime.site import Handler, Site
    from cytotheca.core.schema.compose import SchemaAdditions


class SetupHooks:
    """Settings, actions, jobs, commands: asked for once, when the site starts."""

    @hookspec
    def config_defaults(self) -> Mapping[str, str]:  # type: ignore[empty-body]
        """Return values for keys the operator has not set [IConfigurer.update_config]."""

    @hookspec
    def runtime_options(self) -> Sequence[str]:  # type: ignore[empty-body]
        """Return keys that administrators may change on pages [update_config_schema].

        They are keys of settings that the plugin declares; those declarations check them.
        """

    @hookspec
    def configure(self, site: Site) -> None:
        """React to the site being complete, before anything is asked of it [IConfigurable]."""

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
        """Prepare a worker before it forks its first job [IForkObserver]."""

    @hookspec
    def schema_additions(self) -> SchemaAdditions:  # type: ignore[empty-body]
        """Return mixins for datasets and resources [IDatasetForm]."""

    @hookspec
    def dataset_types(self) -> Sequence[str]:  # type: ignore[empty-body]
        """Return types of datasets beside ``dataset`` [IDatasetForm.package_types].

        Their addresses, ``/<type>/…``, lead to those of datasets.
        """

    @hookspec
    def validators(self) -> Mapping[str, Validator]:  # type: ignore[empty-body]
        """Return validators by name [IValidators]; the plugin listed first wins."""

    @hookspec
    def commands(self) -> Sequence[click.Command]:  # type: ignore[empty-body]
        """Return commands below the main command [IClick]."""

    @hookspec
    def signal_receivers(self) -> Receivers:  # type: ignore[empty-body]
        """Return functions by the name of the signal they listen to [ISignal]."""

    @hookspec
    def middleware(  # type: ignore[empty-body]
        self, site: Site
    ) -> Callable[[WSGIApplication], WSGIApplication]:
        """Return a function that wraps the application [IMiddleware].

        That of the plugin listed first is the outermost.
        """

    @hookspec
    def before_transaction(self, site: Site, action: str, params: Mapping[str, Any]) -> None:
        """Do slow work before an action's transaction begins; must not rely on rights."""
