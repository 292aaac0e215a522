"""Engine and sessions for SQLite and PostgreSQL, by URL."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import Session, sessionmaker

WRITES = "cytotheca_writes"
SNAPSHOT: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
BUSY_TIMEOUT_MS = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """The engine and its two kinds of sessions.

    A writing session begins with ``BEGIN IMMEDIATE`` on SQLite: it waits for
    its turn at the start and can never fail half-way because another writer
    came first. A reading session sees one snapshot and blocks nobody.
    """

    engine: Engine
    writing: sessionmaker[Session]
    reading: sessionmaker[Session]

    def close(self) -> None:
        """Give back all connections."""
        self.engine.dispose()


def open_database(url: str) -> Database:
    """Return the database behind a URL; connects on first use.

    Numbers that are not finite are refused: no answer could hold them.
    """
    engine = sa.create_engine(
        url,
        pool_pre_ping=not url.startswith("sqlite"),
        json_serializer=partial(json.dumps, allow_nan=False),
    )
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
        reader = engine
    else:
        reader = engine.execution_options(**SNAPSHOT)
    writer = engine.execution_options(**{WRITES: True})
    return Database(
        engine=engine,
        writing=sessionmaker(writer, expire_on_commit=False),
        reading=sessionmaker(reader, expire_on_commit=False),
    )


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def configure(connection: Any, record: Any) -> None:
        del record
        connection.isolation_level = None  # we begin ourselves, see below
        for pragma in (
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            f"busy_timeout = {BUSY_TIMEOUT_MS}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
