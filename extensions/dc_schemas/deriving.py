"""The jobs that make files of measurements."""

from __future__ import annotations

import functools
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import delete

from cytotheca.core.plugins.toolkit import (
    Context,
    IncomingFile,
    JobSpec,
    ObjectRef,
    ResourceChange,
    ResourceKind,
    Site,
    StorageSettings,
    artifact_ref,
    reading,
    unit_of_work,
)
from cytotheca.extensions.dc_schemas.derived import Derived, find_made
from cytotheca.extensions.dc_schemas.inspection import (
    Source,
    ensure_known,
    find_source,
    lock_package_of,
    warm_room,
)
from cytotheca.extensions.dc_schemas.jobs import inspect_key
from cytotheca.extensions.dc_schemas.measurement.verdict import Refused
from cytotheca.extensions.dc_schemas.names import is_measurement

log = structlog.get_logger(__name__)

BLOCK_BYTES = 4 * 1024 * 1024


def job_of(derived: Derived) -> JobSpec:
    """Return the job that makes a kind of file."""
    return JobSpec(
        name=derived.job,
        function=functools.partial(make_derived, derived),
        queue=derived.queue,
        timeout_s=3600,
        title=derived.title,
        prepare=warm_room,
    )


def enqueue_derived(context: Context, change: ResourceChange, derived: Derived) -> None:
    """Have a file made of a new measurement, behind the measurement's inspection."""
    if change.kind not in (ResourceKind.NEW, ResourceKind.FILE):
        return
    resource = change.resource
    name = resource.get("name")
    if resource.get("s3_available") and is_measurement(resource.get("mimetype"), name):
        context.enqueue(
            job_of(derived),
            resource["id"],
            version=str(resource.get("etag", "")),
            # the same bytes sent again: what was made names the object that was replaced
            payload={"force": change.kind is ResourceKind.FILE},
            depends_on=[inspect_key(resource)],
            title=f"{derived.title}: {name}",
        )


def make_derived(
    derived: Derived, site: Site, resource_id: str, payload: Mapping[str, Any]
) -> None:
    """Make a file of a measurement, unless it is there already.

    Raises ``Unreadable`` if the reader crashed or hit a limit: the job fails, for all to see.
    """
    source = find_source(site, resource_id)
    if source is None or (_is_made(site, derived, source) and not payload.get("force")):
        return
    known = ensure_known(site, resource_id)
    if known.facts is None:
        return  # the gate refused it; the reason stands with the resource
    with _work_folder(site, derived) as folder:
        out = folder / f"{resource_id}_{derived.file_name}"
        try:
            columns = derived.make(site, source, known, out)
        except Refused as error:
            log.info("Nothing to make.", job_name=derived.job, reason=str(error))
            return
        with _sent_aside(site, out) as incoming:
            _keep(site, derived, source, incoming, columns)


def _ref(derived: Derived, source: Source) -> ObjectRef:
    return artifact_ref(source.ref.bucket, derived.artifact, source.resource_id)


def _is_made(site: Site, derived: Derived, source: Source) -> bool:
    with reading(site, ignore_auth=True) as context:
        made = find_made(context.session, derived.row, source.resource_id)
    if made is None or made.etag != source.etag:
        return False
    return site.store.stat(_ref(derived, source)) is not None


@contextmanager
def _work_folder(site: Site, derived: Derived) -> Iterator[Path]:
    """Give a folder for a file being made, and remove it afterwards."""
    root = derived.folder(site) or site.settings(StorageSettings).storage_path / "work"
    root.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{derived.artifact}-", dir=root))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _sent_aside(site: Site, made: Path) -> Iterator[IncomingFile]:
    """Copy a file to the store's volume, where nobody sees it yet."""
    incoming = site.store.incoming(made.stat().st_size)
    try:
        with made.open("rb") as file:
            while block := file.read(BLOCK_BYTES):
                incoming.write(block)
        yield incoming
    finally:
        incoming.discard()


def _keep(
    site: Site,
    derived: Derived,
    source: Source,
    incoming: IncomingFile,
    columns: Mapping[str, Any],
) -> None:
    """Put a file in its place and note it, unless its original was replaced or removed.

    The lock of the dataset holds until the file is in place, so that neither a
    new original nor a change of visibility comes in between.
    """
    with unit_of_work(site, ignore_auth=True, via="job") as context:
        session = context.session
        package = lock_package_of(context, source)
        if package is None:
            log.info("What was made is out of date already.", job_name=derived.job)
            return
        row = derived.row
        session.execute(delete(row).where(row.resource_id == source.resource_id))
        session.add(row(resource_id=source.resource_id, etag=source.etag, **columns))
        session.flush()  # fails here rather than after the file has changed
        site.store.store_incoming(_ref(derived, source), incoming)
        if package.is_public:
            site.store.set_public(_ref(derived, source), public=True)
