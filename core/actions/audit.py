"""The action that reads the audit log."""

from __future__ import annotations

from typing import Any

from cytotheca.core.models.audit import AuditEntry, AuditFilter, list_entries
from cytotheca.core.models.base import iso
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.declare import Action
from cytotheca.core.schema.account import AuditList


def audit_list(context: Context, params: AuditList) -> dict[str, Any]:
    """Return entries of the audit log, latest first.

    Parameters: ``action``, ``actor`` (name or id), ``object_id``, ``limit`` (100, at
    most 1000), ``before`` (the ``next`` of the page before).

    Example: ``{"action": "login_failed", "limit": 20}``.
    Returns ``{"entries", "next"}``; ``next`` is null on the last page.
    """
    wanted = AuditFilter(
        action=params.action or "",
        actor=params.actor or "",
        object_id=params.object_id or "",
        before=params.before,
    )
    rows = list_entries(context.session, wanted, limit=params.limit + 1)
    shown = [_show(row) for row in rows[: params.limit]]
    more = len(rows) > params.limit
    return {"entries": shown, "next": shown[-1]["id"] if more else None}


def _show(row: AuditEntry) -> dict[str, Any]:
    return {
        "id": row.id,
        "time": iso(row.time),
        "actor_id": row.actor_id,
        "actor": row.actor,
        "address": row.address,
        "action": row.action,
        "object_type": row.object_type,
        "object_id": row.object_id,
        "detail": dict(row.detail),
    }


ACTIONS = (Action(name="audit_list", body=audit_list, params=AuditList, read_only=True),)
