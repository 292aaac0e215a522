"""Entries of the audit log, written in the transaction of what they record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from cytotheca.core.domain.addresses import kept_address
from cytotheca.core.models.audit import AuditEntry

if TYPE_CHECKING:
    from cytotheca.core.runtime.context import Context

SYSTEM = {"cli": "(operator)", "job": "(job)"}


def record(
    context: Context, action: str, object_type: str = "", object_id: str = "", **detail: Any
) -> None:
    """Note what the caller does; ``detail`` must hold no secrets."""
    who = context.user_name or SYSTEM.get(context.via, "")
    entry = _entry(action, context.user_id, who, context.origin.address, detail)
    entry.object_type, entry.object_id = object_type, object_id[:200]
    context.session.add(entry)


def record_login(
    session: Session, action: str, *, user_id: str | None, name: str, address: str
) -> None:
    """Note that somebody logged in or out, or tried to."""
    entry = _entry(action, user_id, name[:100], address, {})
    entry.object_type, entry.object_id = "user", user_id or ""
    session.add(entry)


def _entry(
    action: str, user_id: str | None, name: str, address: str, detail: Mapping[str, Any]
) -> AuditEntry:
    return AuditEntry(
        action=action,
        actor_id=user_id,
        actor=name,
        address=kept_address(address),
        detail=dict(detail),
    )
