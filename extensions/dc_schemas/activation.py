"""Looks into measurements before their dataset is activated, outside of transactions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from cytotheca.core.plugins.toolkit import Package, Site, find_package, resources_of_packages
from cytotheca.extensions.dc_schemas.inspection import ensure_known, list_problems
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
    states = (params.get("state"), params.get("update__state"))
    return "active" in (*states, _object(params.get("update")).get("state"))


def _reference(params: Mapping[str, Any]) -> str:
    match = _object(params.get("match"))
    given = (
        match.get("id"),
        match.get("name"),
        params.get("match__id"),
        params.get("match__name"),
        params.get("id"),
        params.get("name"),
    )
    return str(next((one for one in given if one), ""))


def _object(value: Any) -> Mapping[str, Any]:
    """Return an object that may have come as JSON in a form; empty if it is none."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return {}
    return value if isinstance(value, Mapping) else {}


def _unknown(site: Site, ref: str) -> list[str]:
    with site.database.reading() as session:
        package: Package | None = find_package(session, ref)
        if package is None or package.state != "draft":
            return []
        seen = list_problems(session, package.id)
        return [
            one.id
            for one in resources_of_packages(session, [package.id]).get(package.id, ())
            if one.object_key and one.id not in seen and is_measurement(one.mimetype, one.name)
        ]
