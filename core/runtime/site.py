"""The one object that owns everything a running process needs."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

from cytotheca.core.runtime.signals import Signals
from cytotheca.core.settings.declare import load

if TYPE_CHECKING:
    from cytotheca.core.jobs.transport import Transport
    from cytotheca.core.models.database import Database
    from cytotheca.core.runtime.context import Context
    from cytotheca.core.runtime.declare import Action
    from cytotheca.core.runtime.views import ViewSpec
    from cytotheca.core.schema.compose import Schemas
    from cytotheca.core.search.engine import SearchEngine
    from cytotheca.core.storage.objects import ObjectStore

S = TypeVar("S")


class ActionCaller(Protocol):
    """The registry of actions and rules, as the context sees it."""

    def call(self, context: Context, name: str, params: Mapping[str, Any]) -> Any:
        """Run an action: parameters, rule, body."""

    def check(self, context: Context, name: str, params: Any) -> None:
        """Run a rule; raises ``NotAuthorized``."""

    def names(self) -> list[str]:
        """Return the names of all actions."""

    def chain(self, name: str) -> Sequence[Action]:
        """Return the actions of a name, outermost first. Raises ``UnknownAction``."""

    def admits_anonymous(self, name: str) -> bool:
        """Tell whether callers without an account get as far as an action's rule."""

    def is_read_only(self, name: str) -> bool:
        """Tell whether an action changes nothing. Raises ``UnknownAction``."""

    def answers_get(self, name: str) -> bool:
        """Tell whether an action may be called by GET. Raises ``UnknownAction``."""

    def is_secret(self, name: str) -> bool:
        """Tell whether an action returns what is kept nowhere. Raises ``UnknownAction``."""

    def help(self, name: str) -> str | None:
        """Return the documentation of an action. Raises ``UnknownAction``."""


Handler = Callable[["Context", Mapping[str, Any]], None]


@dataclass(slots=True, kw_only=True)
class Site:
    """Settings, database, store, search, queue, plugins and actions of a site.

    Built once per process by :func:`cytotheca.core.app.create_site`.
    ``hooks`` calls the plugins; ``handlers`` does what index and event rows of
    the outbox ask for, by row name; ``services`` is for what plugins keep per process.
    """

    config: Mapping[str, str]
    database: Database
    store: ObjectStore
    search: SearchEngine
    transport: Transport
    schemas: Schemas = cast("Schemas", None)
    plugins: Any = None
    hooks: Any = None
    views: dict[str, ViewSpec] = field(default_factory=dict)
    actions: ActionCaller = cast("ActionCaller", None)
    handlers: dict[str, Handler] = field(default_factory=dict)
    jobs: dict[str, Any] = field(default_factory=dict)
    services: dict[str, Any] = field(default_factory=dict)
    signals: Signals = field(default_factory=Signals)
    validators: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    pid: int = field(default_factory=os.getpid)
    _settings: dict[type[Any], Any] = field(default_factory=dict)

    def settings(self, cls: type[S]) -> S:
        """Return a settings class filled from the configuration; read once."""
        known = self._settings  # another thread may put new ones in place, see reconfigure
        if cls not in known:
            known[cls] = load(cls, self.config)
        return cast("S", known[cls])

    def reconfigure(self, config: Mapping[str, str]) -> None:
        """Put other values in place of the configuration's; settings are read anew."""
        self.config = config
        self._settings = {}

    def listens(self, hook: str) -> bool:
        """Tell whether any plugin implements a hook."""
        return bool(getattr(self.hooks, hook).get_hookimpls())

    def close(self) -> None:
        """Give back connections; the site cannot be used afterwards."""
        self.database.close()
        self.transport.close()
