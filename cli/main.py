"""The main command, and the one place where errors become sentences."""

from __future__ import annotations

import importlib
import importlib.metadata
import secrets
import sys
import tempfile
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from cytotheca.cli.access import SiteAccess

COMMANDS: Mapping[str, str] = {
    "init": "cytotheca.cli.init:init",
    "serve": "cytotheca.cli.serve:serve",
    "demo": "cytotheca.cli.demo.command:demo",
    "user": "cytotheca.cli.users:user",
    "sysadmin": "cytotheca.cli.sysadmins:sysadmin",
    "audit": "cytotheca.cli.audit:audit",
    "db": "cytotheca.cli.database:db",
    "search-index": "cytotheca.cli.search_index:search_index",
    "jobs": "cytotheca.cli.jobs:jobs",
    "dataset": "cytotheca.cli.datasets:dataset",
    "import": "cytotheca.cli.importing.command:import_",
    "run": "cytotheca.cli.run:run",
    "generate": "cytotheca.cli.generate:generate",
    "backup": "cytotheca.cli.backup:backup",
    "restore": "cytotheca.cli.backup:restore",
    "config": "cytotheca.cli.config:config",
    "config-tool": "cytotheca.cli.config_tool:config_tool",
    "views": "cytotheca.cli.views:views",
    "plugin-info": "cytotheca.cli.plugins:plugin_info",
}
"""Built-in commands; each module is imported when its command is wanted."""


class SiteGroup(click.Group):
    """Built-in commands, and below the same name those of the site's plugins."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return all names; without a readable site only the built-in ones."""
        try:
            return sorted({*COMMANDS, *_plugin_commands(ctx)})
        except Exception:  # noqa: BLE001 - help must appear however broken the site is
            return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a built-in command, else one of a plugin."""
        if cmd_name in COMMANDS:
            module, attribute = COMMANDS[cmd_name].split(":")
            command: click.Command = getattr(importlib.import_module(module), attribute)
            return command
        return _plugin_commands(ctx).get(cmd_name)


@click.group(cls=SiteGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--site",
    "site_dir",
    type=click.Path(path_type=Path),
    envvar="CYTOTHECA_SITE",
    help="Folder of the site.",
)
@click.option(
    "-c",
    "--config",
    "config_file",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar=["CYTOTHECA_INI", "CKAN_INI"],
    help="Ini file of the site, instead of --site.",
)
@click.version_option(package_name="cytotheca", prog_name="cytotheca")
@click.pass_context
def cytotheca(ctx: click.Context, site_dir: Path | None, config_file: Path | None) -> None:
    """Run and look after a Cytotheca site."""
    ctx.obj = _access(site_dir, config_file)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code = cytotheca.main(args=words, prog_name="cytotheca", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        sys.exit(130)
    except Exception as error:  # noqa: BLE001 - the edge: nobody above can act
        click.echo(f"Error: {_sentence(error)}", err=True)
        sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)


def _access(site_dir: Path | None, config_file: Path | None) -> SiteAccess:
    """Return the access; ``--site`` or ``--config`` typed here win over the environment."""
    context = click.get_current_context()
    typed = click.core.ParameterSource.COMMANDLINE
    if context.get_parameter_source("config_file") == typed:
        site_dir = None if context.get_parameter_source("site_dir") != typed else site_dir
    return SiteAccess(site_dir=site_dir, config_file=config_file)


def _plugin_commands(ctx: click.Context) -> Mapping[str, click.Command]:
    """Return the commands of the site's plugins; none while no site is named."""
    access = _access(ctx.params.get("site_dir"), ctx.params.get("config_file"))
    try:
        access.ini()
    except click.ClickException:
        return {}
    with access.open_unchecked() as site:
        commands = [command for found in site.hooks.commands() for command in found]
    return {command.name: command for command in commands if command.name}


def _sentence(error: Exception) -> str:
    """Return what to tell; what nobody foresaw gets a reference to its details."""
    if _is_foreseen(error):
        return _refusal(error)
    details = Path(tempfile.gettempdir()) / f"cytotheca-error-{secrets.token_hex(4)}.txt"
    short = f"{type(error).__name__}: {error}"
    try:
        details.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    except OSError:
        return short
    return f"{short}\nThis should not happen; details are in {details}"


def _refusal(error: Exception) -> str:
    from cytotheca.core.domain.errors import ActionError, UnknownAction, ValidationError

    if isinstance(error, UnknownAction):
        return f"no enabled plugin has an action {error}"
    if isinstance(error, ActionError) and not isinstance(error, ValidationError):
        return f"{error.prefix}: {error}".removesuffix(": ")
    return str(error)


def _is_foreseen(error: Exception) -> bool:
    """Tell whether the error's own text names cause and fix."""
    from cytotheca.core.actions.registry import RegistryError
    from cytotheca.core.domain.errors import ActionError
    from cytotheca.core.operations import DatabaseOutdated
    from cytotheca.core.plugins.discovery import PluginError
    from cytotheca.core.settings.config import ConfigError
    from cytotheca.core.settings.declare import SettingError

    own = (ActionError, ConfigError, DatabaseOutdated, PluginError, RegistryError, SettingError)
    return isinstance(error, (*own, PermissionError))


if __name__ == "__main__":
    main()
