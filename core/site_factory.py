"""Builds the site from its configuration: settings, plugins, actions, services."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cytotheca.core.actions.catalog import core_actions, core_handlers, core_jobs
from cytotheca.core.actions.file_views import FILE_VIEWS
from cytotheca.core.actions.object_validators import core_validators
from cytotheca.core.actions.registry import Provided, Registry
from cytotheca.core.auth.catalog import core_rules
from cytotheca.core.domain.licenses import BadLicenses, load_licenses
from cytotheca.core.domain.validators import Validator
from cytotheca.core.jobs.declare import queue_names
from cytotheca.core.jobs.transport import RqTransport
from cytotheca.core.models.database import open_database
from cytotheca.core.operations import OperableSite
from cytotheca.core.plugins.discovery import load_plugins, manager_of
from cytotheca.core.plugins.plugin import Plugin
from cytotheca.core.schema.compose import compose
from cytotheca.core.search.sqlite import SqliteSearch
from cytotheca.core.settings.declare import SettingError, load
from cytotheca.core.settings.site import (
    CORE_SETTINGS,
    JobSettings,
    SiteSettings,
    StorageSettings,
)
from cytotheca.core.storage.local import LocalStore


def create_site(config: Mapping[str, str]) -> OperableSite:
    """Return the site of a configuration; connects to nothing yet.

    Raises ``SettingError`` or ``PluginError`` with what to change.
    """
    plugins = load_plugins(load(SiteSettings, config).plugins)
    manager = manager_of(plugins)
    values: dict[str, str] = {}
    for defaults in reversed(manager.hook.config_defaults()):  # the plugin listed first wins
        values.update(defaults)
    values.update(config)
    settings = load(SiteSettings, values)
    _check_licenses(settings.licenses_url)
    storage = load(StorageSettings, values)
    jobs = [spec for specs in (core_jobs(), *manager.hook.jobs()) for spec in specs]
    site = OperableSite(
        config=values,
        database=open_database(settings.database_url),
        store=LocalStore(
            storage.storage_path,
            settings.site_url,
            settings.secret_key,
            reserve_bytes=storage.reserve_bytes,
        ),
        search=SqliteSearch(settings.site_dir / "search"),
        transport=RqTransport(
            load(JobSettings, values).redis_url, site_id=settings.site_id, queues=queue_names(jobs)
        ),
        plugins=plugins,
        hooks=manager.hook,
        handlers=core_handlers(),
    )
    for group in (*CORE_SETTINGS, *(one for plugin in plugins for one in plugin.settings)):
        site.settings(group)
    site.schemas = compose(manager.hook.schema_additions())
    site.jobs = {spec.name: spec for spec in jobs}
    for specs in (*manager.hook.views(), FILE_VIEWS):  # those of plugins first
        for spec in specs:
            site.views.setdefault(spec.name, spec)
    for more in manager.hook.event_handlers():
        site.handlers.update(more)
    site.validators = _validators(manager.hook.validators())
    for receivers in manager.hook.signal_receivers():
        site.signals.connect(receivers)
    site.actions = _registry(plugins)
    manager.hook.configure(site=site)
    return site


def _validators(added: Sequence[Mapping[str, Validator]]) -> Mapping[str, Validator]:
    """Return all validators; where names are the same, the plugin listed first wins."""
    validators = dict(core_validators())
    for more in reversed(added):
        validators.update(more)
    return validators


def _check_licenses(url: str) -> None:
    """Read the list of licences once, so that its faults are told before anybody needs it."""
    try:
        load_licenses(url)
    except BadLicenses as error:
        raise SettingError(
            f"{error}; correct the file, or remove licenses_group_url to use the usual licences"
        ) from error


def _registry(plugins: Sequence[Plugin]) -> Registry:
    core = Provided(provider="the core", actions=core_actions(), rules=core_rules())
    return Registry(core, [_provided(plugin) for plugin in plugins])


def _provided(plugin: Plugin) -> Provided:
    actions = getattr(plugin, "actions", None)
    rules = getattr(plugin, "rules", None)
    return Provided(
        provider=f"plugin {plugin.name}",
        actions=tuple(actions()) if actions else (),
        rules=dict(rules()) if rules else {},
    )
