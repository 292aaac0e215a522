"""Finds enabled plugins and puts them in order."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import EntryPoint, entry_points

import pluggy

from cytotheca.core.plugins.hookspecs import GROUPS
from cytotheca.core.plugins.markers import PROJECT
from cytotheca.core.plugins.plugin import Plugin

GROUP = "cytotheca.plugins"


class PluginError(RuntimeError):
    """A plugin is unknown, listed twice, or lacks another; the text says which."""


def load_plugins(names: Sequence[str]) -> list[Plugin]:
    """Return instances of the named plugins, in that order."""
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise PluginError(f"ckan.plugins lists a plugin twice: {', '.join(doubled)}")
    known: dict[str, EntryPoint] = {point.name: point for point in entry_points(group=GROUP)}
    plugins = []
    for name in names:
        if name not in known:
            raise PluginError(
                f"Plugin {name!r} in ckan.plugins is unknown. Is its package installed? "
                f"Known: {', '.join(sorted(known))}"
            )
        plugins.append(known[name].load()())
    _require(plugins)
    return plugins


def _require(plugins: Sequence[Plugin]) -> None:
    enabled = {plugin.name for plugin in plugins}
    for plugin in plugins:
        missing = sorted(set(plugin.requires) - enabled)
        if missing:
            raise PluginError(
                f"Plugin {plugin.name!r} needs {', '.join(missing)}: add it to ckan.plugins"
            )


def manager_of(plugins: Sequence[Plugin]) -> pluggy.PluginManager:
    """Return the manager; hooks call the plugin listed first, first."""
    manager = pluggy.PluginManager(PROJECT)
    for group in GROUPS:
        manager.add_hookspecs(group)
    for plugin in reversed(plugins):  # pluggy calls the last registered first
        manager.register(plugin, name=plugin.name)
    manager.check_pending()
    return manager
