"""``cytotheca config``: which settings there are, and what this site's files say."""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from cytotheca.cli.access import SiteAccess, pass_access

if TYPE_CHECKING:
    from cytotheca.core.configuration import Configuration
    from cytotheca.core.settings.catalog import Entry


@click.group()
def config() -> None:
    """List, search and check settings."""


def _read(access: SiteAccess, plugins: tuple[str, ...], *, enabled: bool = True) -> Configuration:
    """Return the site's configuration; of a site that is not there, an empty one."""
    from cytotheca.core.configuration import enabled_plugins, read_configuration

    try:
        given = access.config()
    except click.ClickException:
        given = {}
    wanted = [*plugins, *(enabled_plugins(given) if enabled else ())]
    return read_configuration(given, list(dict.fromkeys(wanted)))


def _chosen(
    found: Configuration, plugins: tuple[str, ...], *, core: bool, enabled: bool
) -> list[Entry]:
    """Return the settings that the words of a command choose; without any, all of them."""
    every = not (plugins or core or enabled)
    return [
        entry
        for entry in found.entries.values()
        if every
        or entry.provider in plugins
        or (core and entry.provider == "core")
        or (enabled and entry.provider != "core")
    ]


@config.command("declaration")
@click.argument("plugins", nargs=-1, metavar="[PLUGIN]...")
@click.option("--core", is_flag=True, help="The settings of the core.")
@click.option("--enabled", is_flag=True, help="The settings of the enabled plugins.")
@click.option("--include-docs", is_flag=True, help="With what each is for.")
@click.option("--minimal", is_flag=True, help="Only those without a default.")
@pass_access
def declaration(
    access: SiteAccess,
    plugins: tuple[str, ...],
    core: bool,
    enabled: bool,
    include_docs: bool,
    minimal: bool,
) -> None:
    """Print settings with their defaults, as an ini file has them."""
    found = _read(access, plugins)
    group = ""
    for entry in _chosen(found, plugins, core=core, enabled=enabled):
        if minimal and not entry.required:
            continue
        if entry.group != group:
            group = entry.group
            click.echo(f"\n## {entry.provider}: {group}")
        if include_docs:
            click.echo(f"# {entry.declaration.help}")
        click.echo(f"{'' if entry.required else '# '}{entry.key} = {entry.default_text()}".rstrip())


@config.command("describe", short_help="Print settings as JSON.")
@click.argument("plugins", nargs=-1, metavar="[PLUGIN]...")
@click.option("--core", is_flag=True, help="The settings of the core.")
@click.option("--enabled", is_flag=True, help="The settings of the enabled plugins.")
@pass_access
def describe(access: SiteAccess, plugins: tuple[str, ...], core: bool, enabled: bool) -> None:
    """Print settings as JSON: key, default, type, text, who declares it."""
    found = _read(access, plugins)
    shown = [
        {
            "key": entry.key,
            "provider": entry.provider,
            "required": entry.required,
            "default": None if entry.required else entry.default_text(),
            "type": getattr(entry.hint, "__name__", str(entry.hint)),
            "aliases": list(entry.declaration.aliases),
            "description": entry.declaration.help,
        }
        for entry in _chosen(found, plugins, core=core, enabled=enabled)
    ]
    click.echo(json.dumps(shown, indent=2, ensure_ascii=False))


@config.command("docs")
@click.argument("plugins", nargs=-1, metavar="[PLUGIN]...")
@click.option("--core", is_flag=True, help="The settings of the core.")
@click.option("--enabled", is_flag=True, help="The settings of the enabled plugins.")
@pass_access
def docs(access: SiteAccess, plugins: tuple[str, ...], core: bool, enabled: bool) -> None:
    """Print the settings as a page in Markdown."""
    found = _read(access, plugins)
    heading = ""
    for entry in _chosen(found, plugins, core=core, enabled=enabled):
        if f"{entry.provider}{entry.group}" != heading:
            heading = f"{entry.provider}{entry.group}"
            click.echo(
                f"\n## {entry.group} ({entry.provider})\n\n| Key | Default | What |\n|---|---|---|"
            )
        default = "required" if entry.required else f"`{entry.default_text()}`".replace("``", "-")
        click.echo(f"| `{entry.key}` | {default} | {entry.declaration.help} |")


@config.command("search", short_help="Print the keys that match PATTERN.")
@click.argument("pattern", default="*")
@click.option("--with-default", is_flag=True, help="Print the default, too.")
@click.option("--with-current", is_flag=True, help="Print the present value, too.")
@click.option("--custom-only", is_flag=True, help="Only those that this site has changed.")
@pass_access
def search(
    access: SiteAccess, pattern: str, with_default: bool, with_current: bool, custom_only: bool
) -> None:
    """Print the keys that match PATTERN (``*`` and ``?``), or hold it."""
    from cytotheca.core.settings.catalog import redacted

    found = _read(access, ())
    for entry in found.entries.values():
        if not (fnmatch.fnmatch(entry.key, pattern) or pattern in entry.key):
            continue
        current = found.value(entry)
        if custom_only and current == entry.default_text():
            continue
        fields = [entry.key]
        fields += [f"default: {entry.default_text()}"] if with_default else []
        fields += [f"current: {redacted(entry.key, current)}"] if with_current else []
        click.echo("\t".join(fields))


@config.command("show", short_help="Print the present values, without secrets.")
@pass_access
def show(access: SiteAccess) -> None:
    """Print the present value of every setting; secrets are left out."""
    from cytotheca.core.settings.catalog import redacted

    found = _read(access, ())
    shown = {key: found.value(entry) for key, entry in found.entries.items()}
    for key, value in sorted({**found.given, **shown}.items()):
        click.echo(f"{key} = {redacted(key, value)}".rstrip())


@config.command("undeclared", short_help="Print the keys nobody declares.")
@pass_access
def undeclared(access: SiteAccess) -> None:
    """Print the keys that no enabled plugin knows, with the key that may be meant."""
    for line in _unknown(_read(access, ())):
        click.echo(line)


@config.command("validate", short_help="Check the site's settings.")
@click.option("-v", "--verbose", is_flag=True, help="Also print what is right, and CKAN's keys.")
@pass_access
def validate(access: SiteAccess, verbose: bool) -> None:
    """Check the site's settings; exits with 1 if it could not start with them."""
    access.ini()
    found = _read(access, ())
    unknown = list(_unknown(found))
    for line in unknown:
        click.echo(f"unknown: {line}", err=True)
    if verbose:
        for key in found.ignored():
            click.echo(f"without effect here: {key}")
        for entry in found.entries.values():
            click.echo(f"known: {entry.key}")
    problems = found.problems()
    for problem in problems:
        click.echo(f"wrong: {problem}", err=True)
    if problems:
        raise click.ClickException("the settings are wrong; correct them in the site's files")
    click.echo("the settings are right" + ("; nothing reads the unknown ones" if unknown else ""))


def _unknown(found: Configuration) -> Iterable[str]:
    for key, meant in found.unknown().items():
        yield f"{key} (do you mean {meant}?)" if meant else key
