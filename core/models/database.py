"""Engine and sessions for SQLite and PostgreSQL, by URL."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine, ExceptionContext
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from cytotheca.core.models.ballast import Ballast

WRITES = "cytotheca_writes"
SNAPSHOT: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
BUSY_TIMEOUT_MS = 60_000
DISK_FULL = "53100"
"""PostgreSQL's code."""


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
    ballast: Ballast | None = None

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
    ballast = None
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
        if engine.url.database:
            ballast = Ballast(folder=Path(engine.url.database).parent)
            _throw_off_when_full(engine, ballast)
        reader = engine
    else:
        reader = engine.execution_options(**SNAPSHOT)
    writer = engine.execution_options(**{WRITES: True})
    return Database(
        engine=engine,
        writing=sessionmaker(writer, expire_on_commit=False),
        reading=sessionmaker(reader, expire_on_commit=False),
        ballast=ballast,
    )


def _throw_off_when_full(engine: Engine, ballast: Ballast) -> None:
    @event.listens_for(engine, "handle_error")
    def make_room(failed: ExceptionContext) -> None:
        error = failed.sqlalchemy_exception
        if isinstance(error, OperationalError) and is_full(error):
            ballast.throw_off()


def write_even_if_full(database: Database, write: Callable[[Session], None]) -> None:
    """Do a small write in a transaction; a second time if the first threw off the ballast."""
    try:
        _write(database, write)
    except OperationalError as error:
        if not is_full(error):
            raise
        _write(database, write)


def _write(database: Database, write: Callable[[Session], None]) -> None:
    with database.writing() as session:
        write(session)
        session.commit()


def is_full(error: OperationalError) -> bool:
    """Tell whether a statement failed because the disk is full."""
    return "disk is full" in str(error.orig) or getattr(error.orig, "sqlstate", "") == DISK_FULL


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
