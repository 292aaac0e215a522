"""Brings the database to the version this code needs; the core's and each plugin's tables.

The core and every plugin with tables have a history of their own, kept in
``alembic_version`` and ``<plugin>_alembic_version``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

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


def upgrade(site: Site) -> None:
    """Apply all pending migrations."""
    for history in histories(site):
        with alembic_config(site, history) as config:
            command.upgrade(config, "head")


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
