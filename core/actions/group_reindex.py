"""Indexing the datasets of an organization or group anew, after it has changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cytotheca.core.jobs.declare import JobSpec
from cytotheca.core.models.base import new_id
from cytotheca.core.models.group import Group, package_ids_of_group
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.site import Site
from cytotheca.core.runtime.unit_of_work import reading, unit_of_work

AT_ONCE = 50
"""Up to this many datasets are indexed right after the commit; more by a job."""


def reindex_datasets(context: Context, group: Group) -> None:
    """Have the datasets of a group show what it is called now."""
    ids = package_ids_of_group(context.session, group)
    if len(ids) <= AT_ONCE:
        context.reindex(*ids)
    else:
        context.enqueue(REINDEX, group.id, version=new_id())


def run_reindex(site: Site, group_id: str, payload: Mapping[str, Any]) -> None:
    """Index all datasets of a group, in blocks."""
    del payload
    with reading(site, ignore_auth=True) as context:
        group = context.session.get(Group, group_id)
        ids = package_ids_of_group(context.session, group) if group else []
    for start in range(0, len(ids), AT_ONCE):
        with unit_of_work(site, ignore_auth=True) as context:
            context.reindex(*ids[start : start + AT_ONCE])


REINDEX = JobSpec(
    name="reindex_group",
    function=run_reindex,
    queue="dcor-normal",
    timeout_s=3600,
    title="Index the datasets of a group anew",
)

JOBS = (REINDEX,)
