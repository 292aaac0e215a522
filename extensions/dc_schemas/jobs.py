"""Jobs that fill in what the site knows of a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cytotheca.core.plugins.toolkit import (
    Context,
    JobSpec,
    ResourceChange,
    ResourceKind,
    Site,
    find_resource,
    job_key,
    unit_of_work,
)
from cytotheca.extensions.dc_schemas.inspection import (
    Source,
    ensure_known,
    find_source,
    inspect,
    lock_package_of,
    sha256_of,
    warm_room,
)
from cytotheca.extensions.dc_schemas.names import is_measurement, mimetype_of


def inspect_resource(site: Site, resource_id: str, payload: Mapping[str, Any]) -> None:
    """Look into a file through the gate; set media type, format and ``dc:*`` keys."""
    source = find_source(site, resource_id)
    if source is None:
        return
    changes: dict[str, Any] = {"etag": source.etag, "mimetype": mimetype_of(source.name)}
    if is_measurement(changes["mimetype"], source.name):
        known = ensure_known(site, resource_id)
        if known.etag != source.etag or payload.get("force"):
            known = inspect(site, source)
        if known.facts is not None:
            changes.update(known.facts["config"])
            changes["format"] = known.facts["format"]
    if source.sha256 is not None:
        changes["sha256"] = source.sha256
    update_resource(site, source, changes)


def hash_resource(site: Site, resource_id: str, payload: Mapping[str, Any]) -> None:
    """Compute the SHA-256 of a file whose stream the store did not see as a whole."""
    del payload
    source = find_source(site, resource_id)
    if source is None or source.sha256 is not None:
        return
    update_resource(site, source, {"sha256": sha256_of(site, source.ref)})


def update_resource(site: Site, source: Source, changes: Mapping[str, Any]) -> None:
    """Change some keys of a file's resource; all others stay, also those changed meanwhile.

    Changes nothing if the file was replaced: the jobs of the new one do it.
    """
    resource_id = source.resource_id
    with unit_of_work(site, ignore_auth=True, via="job") as context:
        package = lock_package_of(context, source)
        resource = find_resource(context.session, resource_id)
        if package is None or resource is None:
            return
        kept = resource.format not in (None, "", "RT-DC") and "format" in changes
        new = {key: value for key, value in changes.items() if not (kept and key == "format")}
        context.call(
            "package_revise",
            {"match": {"id": package.id}, f"update__resources__{resource_id}": new},
        )


INSPECT = JobSpec(
    name="dc_inspect",
    function=inspect_resource,
    queue="dcor-normal",
    timeout_s=1800,
    title="Read the metadata of the measurement",
    prepare=warm_room,
)
HASH = JobSpec(
    name="dc_sha256",
    function=hash_resource,
    queue="dcor-long",
    timeout_s=3600,
    title="Compute the SHA-256 sum",
)
JOBS = (INSPECT, HASH)


def inspect_key(resource: Mapping[str, Any]) -> str:
    """Return the key of the job that looks into a resource's present file."""
    return job_key(resource["id"], INSPECT.name, resource.get("etag", ""))


def enqueue_for(context: Context, change: ResourceChange) -> None:
    """Enqueue the jobs of a new file; called inside the transaction that brings it."""
    if change.kind not in (ResourceKind.NEW, ResourceKind.FILE):
        return
    resource = change.resource
    if not resource.get("s3_available"):
        return
    etag = str(resource.get("etag", ""))
    name = resource.get("name")
    context.enqueue(INSPECT, resource["id"], version=etag, title=f"{INSPECT.title}: {name}")
    if not resource.get("sha256"):
        context.enqueue(HASH, resource["id"], version=etag, title=f"{HASH.title}: {name}")
