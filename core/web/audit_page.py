"""The page of the audit log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, Response, request

from cytotheca.core.runtime.site import Site
from cytotheca.core.web.page_reading import page_reading, show

FILTERS: Final = ("action", "actor", "object_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPage:
    """Variables of ``admin/audit.html``; ``next`` is where older entries begin."""

    entries: Sequence[Mapping[str, Any]]
    next: int | None
    wanted: Mapping[str, str]


def add_audit_page(blueprint: Blueprint, site: Site) -> None:
    """Serve the audit log among the pages of administrators."""

    @blueprint.get("/audit")
    def audit() -> Response:
        wanted = {name: request.args.get(name, "").strip()[:200] for name in FILTERS}
        with page_reading(site) as context:
            found = context.call("audit_list", {**wanted, "before": request.args.get("before")})
        page = AuditPage(entries=found["entries"], next=found["next"], wanted=wanted)
        return show("admin/audit.html", page)
