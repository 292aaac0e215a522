"""The job that makes condensed files."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import delete

from cytotheca.core.plugins.toolkit import (
    Artifact,
    Context,
    JobSpec,
    Package,
    ResourceChange,
    ResourceKind,
    Site,
    SiteSettings,
    StorageSettings,
    artifact_ref,
    find_resource,
    reading,
    unit_of_work,
)
from cytotheca.extensions.dc_schemas.toolkit import (
    BasinLink,
    CondensedFacts,
    Known,
    MeasurementError,
    Source,
    dcor_basins,
    ensure_known,
    find_source,
    inspect_key,
    is_measurement,
    pack,
    room_of,
)
from cytotheca.extensions.dc_serve.basins import intra_dataset_links
from cytotheca.extensions.dc_serve.models import Condensed
from cytotheca.extensions.dc_serve.settings import ServeSettings

log = structlog.get_logger(__name__)


def condense_resource(site: Site, resource_id: str, payload: Mapping[str, Any]) -> None:
    """Make the condensed file of a measurement, unless it is there already."""
    source = find_source(site, resource_id)
    if source is None or (_is_made(site, source) and not payload.get("force")):
        return
    known = ensure_known(site, resource_id)
    if known.facts is None:
        return  # the gate refused it; the reason stands with the resource
    with work_folder(site, site.settings(ServeSettings).tmp_dir) as folder:
        out = folder / f"{resource_id}_condensed.rtdc"
        try:
            made = room_of(site).condense(
                source.path, out, basins=_basins(site, source, known), source_name=source.name
            )
        except MeasurementError as error:
            log.info("Nothing to condense.", resource=resource_id, reason=str(error))
            return
        ref = artifact_ref(source.ref.bucket, Artifact.CONDENSED, resource_id)
        site.store.store_path(ref, out)
    _keep(site, source, made)


@contextmanager
def work_folder(site: Site, wanted: Path | None) -> Iterator[Path]:
    """Give a folder for files being made, and remove it afterwards."""
    root = wanted or site.settings(StorageSettings).storage_path / "work"
    root.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="condense-", dir=root))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _is_made(site: Site, source: Source) -> bool:
    with reading(site, ignore_auth=True) as context:
        row = context.session.get(Condensed, source.resource_id)
        made = row is not None and row.etag == source.etag
    ref = artifact_ref(source.ref.bucket, Artifact.CONDENSED, source.resource_id)
    return made and site.store.stat(ref) is not None


def _basins(site: Site, source: Source, known: Known) -> Sequence[BasinLink]:
    site_url = site.settings(SiteSettings).site_url
    links = list(dcor_basins(site_url, source.resource_id, site.store.object_url(source.ref)))
    if site.settings(ServeSettings).enable_intra_dataset_basins:
        with reading(site, ignore_auth=True) as context:
            links += intra_dataset_links(
                context, site_url, source.resource_id, source.package_id, known
            )
    return links


def _keep(site: Site, source: Source, made: CondensedFacts) -> None:
    """Note what was made, and let anybody read it if the dataset is public."""
    ref = artifact_ref(source.ref.bucket, Artifact.CONDENSED, source.resource_id)
    with unit_of_work(site, ignore_auth=True, via="job") as context:
        session = context.session
        if find_resource(session, source.resource_id) is None:
            site.store.delete(ref)
            return
        session.execute(delete(Condensed).where(Condensed.resource_id == source.resource_id))
        session.add(
            Condensed(
                resource_id=source.resource_id,
                etag=source.etag,
                sha256=made.sha256,
                size_bytes=made.size_bytes,
                generator=made.generator,
                contents=pack(asdict(made.contents)),
            )
        )
        package = session.get(Package, source.package_id)
        if package is not None and package.state == "active" and not package.private:
            site.store.set_public(ref, public=True)


CONDENSE = JobSpec(
    name="dc_condense",
    function=condense_resource,
    queue="dcor-long",
    timeout_s=3600,
    title="Condense the measurement",
)


def enqueue_for(context: Context, change: ResourceChange) -> None:
    """Enqueue condensing for a new measurement, behind its inspection."""
    if change.kind not in (ResourceKind.NEW, ResourceKind.FILE):
        return
    resource = change.resource
    wanted = context.site.settings(ServeSettings).create_condensed_datasets
    if not (wanted and resource.get("s3_available")):
        return
    if is_measurement(resource.get("mimetype"), resource.get("name")):
        context.enqueue(
            CONDENSE,
            resource["id"],
            version=str(resource.get("etag", "")),
            depends_on=[inspect_key(resource)],
            title=f"{CONDENSE.title}: {resource.get('name')}",
        )
