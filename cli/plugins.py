"""``cytotheca plugin-info``: what the enabled plugins bring."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from cytotheca.cli.access import with_unchecked_site

if TYPE_CHECKING:
    from cytotheca.core.operations import OperableSite


@click.command("plugin-info")
@with_unchecked_site
def plugin_info(site: OperableSite) -> None:
    """Print what each enabled plugin brings.

    What it is, its hooks, actions, helpers, jobs and settings.
    """
    for plugin in site.plugins:
        click.echo(f"{plugin.name}: {(type(plugin).__doc__ or '').strip().splitlines()[0]}")
        for title, names in _contents(plugin):
            found = sorted(names)
            if found:
                click.echo(f"  {title}: {', '.join(found)}")


def _contents(plugin: Any) -> Iterable[tuple[str, Iterable[str]]]:
    """Yield what a plugin brings, by kind."""
    hooks = [
        name for name in dir(type(plugin)) if hasattr(getattr(type(plugin), name), "cytotheca_impl")
    ]
    yield "hooks", hooks
    yield "requires", plugin.requires
    yield "actions", [one.name for one in _of(plugin, "actions")]
    yield "helpers", list(_of(plugin, "template_helpers"))
    yield "jobs", [one.name for one in _of(plugin, "jobs")]
    yield "views", [one.name for one in _of(plugin, "views")]
    yield (
        "settings",
        [
            field.metadata["declaration"].key
            for group in plugin.settings
            for field in group.__dataclass_fields__.values()
        ],
    )


def _of(plugin: Any, hook: str) -> Any:
    return getattr(plugin, hook)() if hasattr(plugin, hook) else ()
