"""Brings the database to the version this code needs; the core's and each plugin's tables.

The core and every plugin with tables have a history of their own, kept in
``alembic_version`` and ``<plugin>_alembic_version``.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from alembic.util.exc import CommandError

from cytotheca.core.domain.errors import NotFound
from cytotheca.core.models.base import Base
from cytotheca.core.runtime.site import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """One chain of migrations: whose, where its scripts are, and its version table."""

    name: str
    folder: Path
    version_table: str


def histories(site: Site) -> Iterator[History]:
    """Yield the core's history and those of the enabled plugins."""
    core = Path(str(files("cytotheca.migrations")))
    yield History(name="core", folder=core, version_table="alembic_version")
    for plugin in site.plugins:
        if plugin.migrations is not None:
            yield History(
                name=plugin.name,
                folder=plugin.migrations,
                version_table=f"{plugin.name}_alembic_version",
            )


@contextmanager
def alembic_config(site: Site, history: History) -> Iterator[Config]:
    """Give Alembic's configuration for one history, with an open connection."""
    config = Config()
    config.set_main_option("script_location", str(history.folder))
    config.set_main_option("path_separator", "os")
    with site.database.engine.connect() as connection:
        attributes: dict[str, Any] = {
            "connection": connection,
            "version_table": history.version_table,
        }
        config.attributes.update(attributes)
        yield config
        connection.commit()


def upgrade(site: Site, name: str | None = None, revision: str = "head") -> None:
    """Apply all pending migrations, or those of one history. Raises ``NotFound``."""
    wanted = histories(site) if name is None else [find_history(site, name)]
    for history in wanted:
        with alembic_config(site, history) as config:
            command.upgrade(config, revision)


def downgrade(site: Site, name: str, revision: str) -> None:
    """Take a history back to a revision; ``base`` is before the first one."""
    history = find_history(site, name)
    try:
        with alembic_config(site, history) as config:
            command.downgrade(config, revision)
    except CommandError as error:
        raise NotFound(f"{name} cannot be taken back to {revision}: {error}") from error


def pending(site: Site) -> Mapping[str, Sequence[str]]:
    """Return name → what each migration does that is not applied yet, in order."""
    found: dict[str, Sequence[str]] = {}
    for history in histories(site):
        with alembic_config(site, history) as config:
            scripts = ScriptDirectory.from_config(config)
            options = {"version_table": history.version_table}
            connection = config.attributes["connection"]
            present = MigrationContext.configure(connection, opts=options).get_current_revision()
            steps = scripts.iterate_revisions("head", present or "base")
            waiting = [f"{step.revision} {step.doc}" for step in steps]
        if waiting:
            found[history.name] = waiting[::-1]
    return found


def find_history(site: Site, name: str) -> History:
    """Return the history of the core or of an enabled plugin. Raises ``NotFound``."""
    found = {history.name: history for history in histories(site)}
    if name not in found:
        raise NotFound(f"no enabled plugin {name} has tables; known: {', '.join(found)}")
    return found[name]


def write_revision(site: Site, name: str, message: str, *, autogenerate: bool) -> Path:
    """Write the next script of a history; scripts are numbered.

    A comparison of models and database looks at the tables of the plugin only,
    whose names begin with its name.
    """
    history = find_history(site, name)
    with alembic_config(site, history) as config:
        config.cmd_opts = Namespace(quiet=True)
        scripts = ScriptDirectory.from_config(config)
        config.attributes["metadata"] = Base.metadata
        config.attributes["include_object"] = _belongs_to(name)
        number = f"{len(list(scripts.walk_revisions())) + 1:04d}"
        config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
        made = command.revision(config, message, autogenerate=autogenerate, rev_id=number)
    if not isinstance(made, Script):
        raise TypeError("one revision was asked for")
    return Path(made.path)


def _belongs_to(name: str) -> Callable[..., bool]:
    def include(item: Any, item_name: str | None, kind: str, *_: Any) -> bool:
        table = item_name if kind == "table" else item.table.name
        return (table or "").startswith(f"{name}_") and not (table or "").endswith(
            "_alembic_version"
        )

    return include


def versions(site: Site) -> Mapping[str, tuple[str | None, str | None]]:
    """Return name → (version of the database, version this code needs)."""
    found = {}
    for history in histories(site):
        with alembic_config(site, history) as config:
            connection = config.attributes["connection"]
            options = {"version_table": history.version_table}
            present = MigrationContext.configure(connection, opts=options).get_current_revision()
            needed = ScriptDirectory.from_config(config).get_current_head()
        found[history.name] = (present, needed)
    return found
