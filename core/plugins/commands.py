"""How the commands of a plugin reach the site."""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Concatenate, ParamSpec, Protocol, TypeVar, cast

import click

from cytotheca.core.runtime.site import Site

P = ParamSpec("P")
R = TypeVar("R")


class OpensSite(Protocol):
    """What the main command puts into click's context."""

    def open(self) -> AbstractContextManager[Site]:
        """Give the site of the command line."""


def with_site(command: Callable[Concatenate[Site, P], R]) -> Callable[P, R]:
    """Give a command the opened site as its first argument."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        access = cast("OpensSite", click.get_current_context().find_root().obj)
        with access.open() as site:
            return command(site, *args, **kwargs)

    return run
