"""Looks into measurements before their dataset is activated, outside of transactions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from cytotheca.core.plugins.toolkit import Package, Resource, Site, find_package
from cytotheca.extensions.dc_schemas.inspection import ensure_known
from cytotheca.extensions.dc_schemas.models import Measurement
from cytotheca.extensions.dc_schemas.names import is_measurement

WRITERS = frozenset({"package_update", "package_patch", "package_revise"})


def inspect_before_activation(site: Site, action: str, params: Mapping[str, Any]) -> None:
    """Look into the files that no job has looked into yet, if the call activates a draft."""
    if action not in WRITERS or not _activates(params):
        return
    ref = _reference(params)
    if not ref:
        return
    for resource_id in _unknown(site, ref):
        ensure_known(site, resource_id)


def _activates(params: Mapping[str, Any]) -> bool:
    update = params.get("update")
    flat = params.get("update__state")
    given = update.get("state") if isinstance(update, dict) else update
    return "active" in (params.get("state"), flat) or "active" in str(given or "")


def _reference(params: Mapping[str, Any]) -> str:
    match = params.get("match")
    found = match.get("id") or match.get("name") if isinstance(match, dict) else None
    return str(
        found or params.get("match__id") or params.get("match__name") or params.get("id") or ""
    )


def _unknown(site: Site, ref: str) -> list[str]:
    with site.database.reading() as session:
        package: Package | None = find_package(session, ref)
        if package is None or package.state != "draft":
            return []
        rows = session.scalars(
            select(Resource)
            .outerjoin(Measurement, Measurement.resource_id == Resource.id)
            .where(
                Resource.package_id == package.id,
                Resource.object_key.is_not(None),
                Measurement.resource_id.is_(None),
            )
        )
        return [row.id for row in rows if is_measurement(row.mimetype, row.name)]
