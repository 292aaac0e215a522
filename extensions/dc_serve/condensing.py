"""Condensed files: how they are made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from cytotheca.core.plugins.toolkit import Artifact, Site, SiteSettings, reading
from cytotheca.extensions.dc_schemas.toolkit import (
    BasinLink,
    Derived,
    Known,
    Source,
    dcor_basins,
    pack,
    room_of,
)
from cytotheca.extensions.dc_serve.basins import CONDENSE_JOB, intra_dataset_links
from cytotheca.extensions.dc_serve.models import Condensed
from cytotheca.extensions.dc_serve.settings import ServeSettings


def _condense(site: Site, source: Source, known: Known, out: Path) -> Mapping[str, Any]:
    basins = _basins(site, source, known)
    made = room_of(site).condense(source.path, out, basins=basins, source_name=source.name)
    return {
        "sha256": made.sha256,
        "size_bytes": made.size_bytes,
        "generator": made.generator,
        "contents": pack(asdict(made.contents)),
    }


def _basins(site: Site, source: Source, known: Known) -> Sequence[BasinLink]:
    site_url = site.settings(SiteSettings).site_url
    links = list(dcor_basins(site_url, source.resource_id, site.store.object_url(source.ref)))
    if site.settings(ServeSettings).enable_intra_dataset_basins:
        with reading(site, ignore_auth=True) as context:
            links += intra_dataset_links(context.session, source, known, site_url=site_url)
    return links


CONDENSED = Derived(
    artifact=Artifact.CONDENSED,
    row=Condensed,
    make=_condense,
    job=CONDENSE_JOB,
    queue="dcor-long",
    title="Condense the measurement",
    file_name="condensed.rtdc",
    missing="Condensed resource not found",
    folder=lambda site: site.settings(ServeSettings).tmp_dir,
)
