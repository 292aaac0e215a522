"""Looks into uploaded measurements, and keeps what was found.

All reading goes through the measurement room: the gate, then a confined child.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from cytotheca.core.plugins.toolkit import (
    Context,
    NotFound,
    ObjectRef,
    Package,
    Resource,
    Site,
    find_package,
    find_resource,
    reading,
    unit_of_work,
    utc_now,
)
from cytotheca.extensions.dc_schemas.measurement.results import Inspection
from cytotheca.extensions.dc_schemas.measurement.service import MeasurementRoom
from cytotheca.extensions.dc_schemas.models import Measurement, pack, unpack

ROOM = "dc_schemas.room"
#: What was found in present files; what was found in a replaced file is not known of the new one.
PRESENT = (
    select(Measurement)
    .join(Resource, Resource.id == Measurement.resource_id)
    .where(or_(Resource.etag.is_(None), Resource.etag == Measurement.etag))
)
BLOCK_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A stored measurement: resource, file, and the digests of its bytes."""

    resource_id: str
    package_id: str
    name: str
    path: Path
    ref: ObjectRef
    etag: str
    sha256: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What an inspection found; ``facts`` is None if the file must not be read."""

    etag: str
    verdict: str
    valid: bool
    problem: str
    facts: Mapping[str, Any] | None
    cues: list[Mapping[str, Any]]


def room_of(site: Site) -> MeasurementRoom:
    """Return this process's measurement room."""
    # a room starts nothing until its first task, so a second thread's is dropped unused
    return cast("MeasurementRoom", site.services.setdefault(ROOM, MeasurementRoom()))


def warm_room(site: Site) -> None:
    """Start the reader of measurements, so that all jobs of a worker share it."""
    room_of(site).warm_up()


def find_source(site: Site, resource_id: str) -> Source | None:
    """Return the stored file of a resource, or None if it is gone or a link."""
    with reading(site, ignore_auth=True) as context:
        resource = find_resource(context.session, resource_id)
        return _source(site, resource) if resource is not None else None


def lock_package_of(context: Context, source: Source) -> Package | None:
    """Lock and return the dataset of a file that was read, or None if the file was replaced.

    None as well if the file was removed, or its dataset moved to another
    bucket. Until the transaction ends nobody can do any of that.
    """
    package = find_package(context.session, source.package_id, for_update=True)
    resource = find_resource(context.session, source.resource_id)
    present = _source(context.site, resource) if resource is not None else None
    if present is None:
        return None
    same = (present.etag, present.ref.bucket) == (source.etag, source.ref.bucket)
    return package if same else None


def _source(site: Site, resource: Resource) -> Source | None:
    if not (resource.bucket and resource.object_key):
        return None
    ref = ObjectRef(bucket=resource.bucket, key=resource.object_key)
    info = site.store.stat(ref)
    path = site.store.local_path(ref)
    if info is None or path is None:
        return None
    return Source(
        resource_id=resource.id,
        package_id=resource.package_id,
        name=resource.name or resource.url,
        path=path,
        ref=ref,
        etag=info.etag,
        sha256=resource.sha256 or info.sha256,
    )


def find_known(session: Session, resource_id: str) -> Known | None:
    """Return what is known of a resource's present file, or None; one statement."""
    row = session.scalar(PRESENT.where(Measurement.resource_id == resource_id))
    return _known(row) if row is not None else None


def list_known(session: Session, package_id: str) -> Mapping[str, Known]:
    """Return resource → what is known of its present file, for a dataset; one statement."""
    rows = session.scalars(PRESENT.where(Resource.package_id == package_id))
    return {row.resource_id: _known(row) for row in rows}


def list_problems(session: Session, package_id: str) -> Mapping[str, str | None]:
    """Return resource → what makes its present file invalid, None if valid; one statement."""
    verdicts = PRESENT.with_only_columns(
        Measurement.resource_id, Measurement.valid, Measurement.problem
    )
    rows = session.execute(verdicts.where(Resource.package_id == package_id))
    return {row.resource_id: None if row.valid else row.problem for row in rows}


def _known(row: Measurement) -> Known:
    return Known(
        etag=row.etag,
        verdict=row.verdict,
        valid=row.valid,
        problem=row.problem,
        facts=unpack(row.facts) if row.facts is not None else None,
        cues=unpack(row.cues),
    )


def ensure_known(site: Site, resource_id: str) -> Known:
    """Return what is known of a measurement, looking into it first if nobody has.

    Raises ``NotFound`` if there is no stored file.
    """
    with reading(site, ignore_auth=True) as context:
        known = find_known(context.session, resource_id)
    if known is not None:
        return known
    source = find_source(site, resource_id)
    if source is None:
        raise NotFound(f"the file of resource {resource_id}")
    return inspect(site, source)


def inspect(site: Site, source: Source) -> Known:
    """Look into a file and keep what was found, unless it was replaced meanwhile."""
    inspection = room_of(site).inspect(source.path)
    with unit_of_work(site, ignore_auth=True, via="job") as context:
        if lock_package_of(context, source) is not None:
            _keep(context.session, source, inspection)
    return Known(
        etag=source.etag,
        verdict=inspection.verdict.kind,
        valid=inspection.valid,
        problem=inspection.problem,
        facts=asdict(inspection.facts) if inspection.facts else None,
        cues=[asdict(cue) for cue in inspection.cues],
    )


def _keep(session: Session, source: Source, inspection: Inspection) -> None:
    facts = inspection.facts
    session.execute(delete(Measurement).where(Measurement.resource_id == source.resource_id))
    session.add(
        Measurement(
            resource_id=source.resource_id,
            etag=source.etag,
            verdict=inspection.verdict.kind,
            valid=inspection.valid,
            problem=inspection.problem,
            cues=pack([asdict(cue) for cue in inspection.cues]),
            facts=pack(asdict(facts)) if facts is not None else None,
            inspected=utc_now(),
        )
    )


def sha256_of(site: Site, ref: ObjectRef) -> str:
    """Return the SHA-256 of an object, read in blocks."""
    digest = hashlib.sha256()
    for block in site.store.iter_chunks(ref):
        digest.update(block)
    return digest.hexdigest()
