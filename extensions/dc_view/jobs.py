"""The job that draws previews."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
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
    StorageSettings,
    artifact_ref,
    find_resource,
    reading,
    unit_of_work,
)
from cytotheca.extensions.dc_schemas.toolkit import (
    MeasurementError,
    PreviewFacts,
    Source,
    ensure_known,
    find_source,
    inspect_key,
    is_measurement,
    room_of,
)
from cytotheca.extensions.dc_view.models import Preview

log = structlog.get_logger(__name__)


def draw_preview(site: Site, resource_id: str, payload: Mapping[str, Any]) -> None:
    """Draw the preview of a measurement, unless it is there already."""
    source = find_source(site, resource_id)
    if source is None or (_is_drawn(site, source) and not payload.get("force")):
        return
    if ensure_known(site, resource_id).facts is None:
        return  # the gate refused it; the reason stands with the resource
    root = site.settings(StorageSettings).storage_path / "work"
    root.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="preview-", dir=root))
    try:
        out = folder / "preview.jpg"
        drawn = room_of(site).draw_preview(source.path, out)
        site.store.store_path(_ref(source), out)
    except MeasurementError as error:
        log.info("Nothing to draw.", resource=resource_id, reason=str(error))
        return
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    _keep(site, source, drawn)


def _ref(source: Source) -> Any:
    return artifact_ref(source.ref.bucket, Artifact.PREVIEW, source.resource_id)


def _is_drawn(site: Site, source: Source) -> bool:
    with reading(site, ignore_auth=True) as context:
        row = context.session.get(Preview, source.resource_id)
        drawn = row is not None and row.etag == source.etag
    return drawn and site.store.stat(_ref(source)) is not None


def _keep(site: Site, source: Source, drawn: PreviewFacts) -> None:
    """Note what was drawn, and let anybody see it if the dataset is public."""
    with unit_of_work(site, ignore_auth=True, via="job") as context:
        session = context.session
        if find_resource(session, source.resource_id) is None:
            site.store.delete(_ref(source))
            return
        session.execute(delete(Preview).where(Preview.resource_id == source.resource_id))
        session.add(
            Preview(
                resource_id=source.resource_id,
                etag=source.etag,
                generator=drawn.generator,
                facts=asdict(drawn),
            )
        )
        package = session.get(Package, source.package_id)
        if package is not None and package.state == "active" and not package.private:
            site.store.set_public(_ref(source), public=True)


PREVIEW = JobSpec(
    name="dc_preview",
    function=draw_preview,
    queue="dcor-normal",
    timeout_s=3600,
    title="Draw the preview",
)


def enqueue_for(context: Context, change: ResourceChange) -> None:
    """Enqueue the preview of a new measurement, behind its inspection."""
    if change.kind not in (ResourceKind.NEW, ResourceKind.FILE):
        return
    resource = change.resource
    if resource.get("s3_available") and is_measurement(
        resource.get("mimetype"), resource.get("name")
    ):
        context.enqueue(
            PREVIEW,
            resource["id"],
            version=str(resource.get("etag", "")),
            depends_on=[inspect_key(resource)],
            title=f"{PREVIEW.title}: {resource.get('name')}",
        )
