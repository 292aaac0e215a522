"""A site's configuration beside its declared settings, without opening the site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cytotheca.core.plugins.discovery import load_plugins, manager_of
from cytotheca.core.settings.catalog import Entry, entries_of, problems_of, undeclared
from cytotheca.core.settings.declare import SettingError, load
from cytotheca.core.settings.site import CORE_SETTINGS, SiteSettings
from cytotheca.core.settings.themes import load_themes

WITHOUT_EFFECT = frozenset(
    {
        "solr_url",
        "solr_timeout",
        "solr_user",
        "solr_password",
        "config.mode",
        "sqlalchemy.pool_pre_ping",
        "ckan.auth.anon_create_dataset",
        "ckan.search.solr_commit",
        "ckan.mimetype_guess",
        "ckan.root_path",
        "ckan.auth.login_view",
        "ckan.search.show_all_types",
        "api_token.jwt.algorithm",
        "ckan.locales_offered",
        "ckan.requests.timeout",
        "WTF_CSRF_FIELD_NAME",
        "WTF_CSRF_TIME_LIMIT",
    }
)
"""Keys of CKAN that its operators may have set, and that nothing here reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """What the files and the environment say, and what may be said.

    ``given`` are the files' values; ``values`` also have what plugins set by default.
    """

    given: Mapping[str, str]
    values: Mapping[str, str]
    entries: Mapping[str, Entry]

    def value(self, entry: Entry) -> str:
        """Return the present value of a setting, as text."""
        for key in (entry.key, *entry.declaration.aliases):
            if key in self.values:
                return self.values[key]
        return entry.default_text()

    def unknown(self) -> dict[str, str | None]:
        """Return the keys that nobody declares → the key that may be meant."""
        found = undeclared(self.given, self.entries)
        return {key: meant for key, meant in found.items() if key not in WITHOUT_EFFECT}

    def ignored(self) -> list[str]:
        """Return the keys of CKAN that are set and have no effect here."""
        return sorted(set(self.given) & WITHOUT_EFFECT - set(self.entries))

    def problems(self) -> list[str]:
        """Return what keeps the site from starting."""
        problems = problems_of(self.values, self.entries)
        try:
            load_themes(self.values.get("ckan.theme", "default"))
        except SettingError as error:
            problems.append(str(error))
        return problems


def enabled_plugins(config: Mapping[str, str]) -> Sequence[str]:
    """Return the names of the enabled plugins, also of a configuration with other faults."""
    names = {"SECRET_KEY": "", "ckan.site_url": "", "cytotheca.site_dir": "", "sqlalchemy.url": ""}
    return load(SiteSettings, {**names, **config}).plugins


def read_configuration(
    config: Mapping[str, str], plugins: Sequence[str] | None = None
) -> Configuration:
    """Return a configuration with the settings of the core and of plugins (the enabled ones).

    Raises ``PluginError`` if a plugin is unknown.
    """
    loaded = load_plugins(enabled_plugins(config) if plugins is None else plugins)
    values: dict[str, str] = {}
    for defaults in reversed(manager_of(loaded).hook.config_defaults()):
        values.update(defaults)
    values.update(config)
    providers = {"core": CORE_SETTINGS, **{plugin.name: plugin.settings for plugin in loaded}}
    return Configuration(given=dict(config), values=values, entries=entries_of(providers))
