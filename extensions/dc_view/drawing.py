"""Previews: how they are drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from cytotheca.core.plugins.toolkit import Artifact, Site
from cytotheca.extensions.dc_schemas.toolkit import Derived, Known, Source, room_of
from cytotheca.extensions.dc_view.models import Preview


def _draw(site: Site, source: Source, known: Known, out: Path) -> Mapping[str, Any]:
    del known
    drawn = room_of(site).draw_preview(source.path, out)
    return {"generator": drawn.generator, "facts": asdict(drawn)}


PREVIEW = Derived(
    artifact=Artifact.PREVIEW,
    row=Preview,
    make=_draw,
    job="dc_preview",
    queue="dcor-normal",
    title="Draw the preview",
    file_name="preview.jpg",
    suffix=".jpg",
    missing="No preview available",
)
