"""How commands reach a site: by its folder, its ini file or the environment."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import click

from cytotheca.cli.loading import loading
from cytotheca.cli.supervision import sockets
from cytotheca.core.domain.errors import NotFound
from cytotheca.core.settings.config import read_files

if TYPE_CHECKING:
    from cytotheca.core.operations import OperableSite

P = ParamSpec("P")
R = TypeVar("R")

INI = "cytotheca.ini"
SECRETS = "secrets.ini"
LOCAL_FILES = (INI, "ckan.ini", "development.ini")
REDIS_KEY = "ckan.redis.url"
SUBJECTS = {
    "user_show": ("user", "id"),
    "user_patch": ("user", "id"),
    "user_delete": ("user", "id"),
    "api_token_create": ("user", "user"),
    "api_token_list": ("user", "user_id"),
    "package_show": ("dataset", "id"),
    "package_delete": ("dataset", "id"),
}
"""Action → what it is about, and the parameter that names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteAccess:
    """Where the site is, as far as the command line says."""

    site_dir: Path | None = None
    config_file: Path | None = None

    def ini(self) -> Path:
        """Return the ini file: ``--site``, ``--config`` or one in this folder.

        Raises
        ------
        click.ClickException
            If there is none; the text says how to name or make one.
        """
        if self.site_dir is not None:
            return self._checked(self.site_dir / INI)
        if self.config_file is not None:
            return self._checked(self.config_file)
        for name in LOCAL_FILES:
            if Path(name).is_file():
                return Path(name).resolve()
        raise click.ClickException(
            "which site? Name its folder: cytotheca --site SITE …, "
            "or make one: cytotheca init SITE --url URL"
        )

    def folder(self) -> Path:
        """Return the site's folder, absolute."""
        return self.ini().parent.resolve()

    def config_as_written(self) -> dict[str, str]:
        """Return the site's settings from its files and the environment."""
        ini = self.ini()
        return read_files(ini, ini.parent / SECRETS)

    def config(self) -> dict[str, str]:
        """Return the settings; the queue is the site's own Valkey unless it names another."""
        config = self.config_as_written()
        config.setdefault(REDIS_KEY, sockets.valkey_url(self.folder()))
        return config

    @contextmanager
    def open(self) -> Iterator[OperableSite]:
        """Give the site object of a database that is up to date, and close it afterwards."""
        with self.open_unchecked() as site:
            site.check_database()
            site.follow_options()
            yield site

    @contextmanager
    def open_unchecked(self) -> Iterator[OperableSite]:
        """Give the site object, however old its database is."""
        with loading():
            from cytotheca.core.site_factory import create_site  # heavy; --help stays quick

            site = create_site(self.config())
        try:
            yield site
        finally:
            site.close()

    def _checked(self, ini: Path) -> Path:
        if not ini.is_file():
            raise click.ClickException(
                f"{ini.parent} is not a site: there is no {ini.name}. "
                f"Make one with: cytotheca init {ini.parent} --url URL"
            )
        return ini.resolve()


pass_access = click.make_pass_decorator(SiteAccess)


def with_site(command: Callable[Concatenate[OperableSite, P], R]) -> Callable[P, R]:
    """Give a command the opened site as its first argument."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        access = click.get_current_context().find_object(SiteAccess) or SiteAccess()
        with access.open() as site:
            return command(site, *args, **kwargs)

    return run


def with_unchecked_site(command: Callable[Concatenate[OperableSite, P], R]) -> Callable[P, R]:
    """Give a command the opened site, also if its database is old or empty."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        access = click.get_current_context().find_object(SiteAccess) or SiteAccess()
        with access.open_unchecked() as site:
            return command(site, *args, **kwargs)

    return run


def call(site: OperableSite, action: str, **params: Any) -> Any:
    """Run an action as the operator, who may do everything; None is left out.

    Raises
    ------
    click.ClickException
        If there is no such user or dataset; the text repeats the name that was typed.
    """
    given = {key: value for key, value in params.items() if value is not None}
    try:
        return site.call(action, given, ignore_auth=True)
    except NotFound as error:
        if action not in SUBJECTS:
            raise
        kind, key = SUBJECTS[action]
        raise click.ClickException(f'there is no {kind} "{given.get(key)}"') from error
