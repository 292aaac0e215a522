"""The audit log: who did what to whose rights, when, and from which network.

Rows are only ever added; the database itself refuses to change or remove one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import DDL, String, event, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from cytotheca.core.models.base import Base, JsonValue, UtcDateTime, utc_now

REFUSAL = "the audit log is append-only"


class AuditEntry(Base):
    """One event; names are kept beside ids, since accounts can be renamed and objects purged."""

    __tablename__ = "audit"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    time: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, index=True)
    actor_id: Mapped[str | None] = mapped_column(String(36), index=True)
    actor: Mapped[str] = mapped_column(String(100), default="")
    address: Mapped[str] = mapped_column(String(50), default="")
    action: Mapped[str] = mapped_column(String(60), index=True)
    object_type: Mapped[str] = mapped_column(String(40), default="")
    object_id: Mapped[str] = mapped_column(String(200), default="", index=True)
    detail: Mapped[dict[str, Any]] = mapped_column(JsonValue, default=dict)


def append_only_statements(dialect: str) -> tuple[str, ...]:
    """Return the statements by which a database refuses to change the log."""
    if dialect == "sqlite":
        return tuple(
            f"CREATE TRIGGER audit_no_{verb} BEFORE {verb} ON audit "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            for verb in ("update", "delete")
        )
    function = (
        "CREATE OR REPLACE FUNCTION audit_is_append_only() RETURNS trigger AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$ LANGUAGE plpgsql"
    )
    trigger = (
        "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit "
        "FOR EACH ROW EXECUTE FUNCTION audit_is_append_only()"
    )
    return (function, trigger)


for _dialect in ("sqlite", "postgresql"):
    for _statement in append_only_statements(_dialect):
        _ddl = DDL(_statement).execute_if(dialect=_dialect)  # type: ignore[no-untyped-call]
        event.listen(AuditEntry.__table__, "after_create", _ddl)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Which entries are wanted; empty fields want all. ``before`` is the id of a cursor."""

    action: str = ""
    actor: str = ""
    object_id: str = ""
    before: int | None = None


def list_entries(session: Session, wanted: AuditFilter, *, limit: int) -> Sequence[AuditEntry]:
    """Return entries, latest first; one statement."""
    query = select(AuditEntry)
    if wanted.action:
        query = query.where(AuditEntry.action == wanted.action)
    if wanted.actor:
        query = query.where(
            (AuditEntry.actor == wanted.actor) | (AuditEntry.actor_id == wanted.actor)
        )
    if wanted.object_id:
        query = query.where(AuditEntry.object_id == wanted.object_id)
    if wanted.before is not None:
        query = query.where(AuditEntry.id < wanted.before)
    return session.scalars(query.order_by(AuditEntry.id.desc()).limit(limit)).all()
