"""The fixed table of what a child can be asked to do.

Each task gets the descriptor of one file, a scratch folder, and parameters; it passes the gate
before anything else, on the same descriptor that is read afterwards.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cytotheca.extensions.dc_schemas.measurement import (
    condense,
    facts,
    gate,
    preview,
    selftest,
)
from cytotheca.extensions.dc_schemas.measurement.results import BasinLink
from cytotheca.extensions.dc_schemas.measurement.verdict import Verdict, VerdictKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Json = dict[str, Any]

CONDENSED_NAME = "condensed.rtdc"
PREVIEW_NAME = "preview.jpg"
_BLOCK_BYTES = 4 * 1024**2


def warm_up() -> None:
    """Make matplotlib find its fonts now, before any file of a user is near."""
    from matplotlib import font_manager  # noqa: PLC0415  looks for fonts when imported

    font_manager.findfont("DejaVu Sans")


def _inspect(source_fd: int, scratch: Path, params: Json) -> Json:
    """Verdict, facts, checks."""
    source = _link(source_fd, scratch, "measurement.rtdc")
    verdict = gate.scan(source)
    answer: Json = {
        "verdict": asdict(verdict),
        "size_bytes": os.fstat(source_fd).st_size,
        "sha256": _hash(source_fd) if params["with_sha256"] else None,
        "facts": None,
        "valid": False,
        "problem": verdict.sentence,
        "cues": [],
    }
    if verdict.is_safe:
        examination = facts.examine(source)
        answer.update(asdict(examination), valid=not examination.problem)
    return answer


def _condense(source_fd: int, scratch: Path, params: Json) -> Json:
    """Condensed file in the scratch folder."""
    source = _link(source_fd, scratch, params["source_name"])
    verdict, sha256 = _admit(source, source_fd, params)
    if verdict.is_safe and not condense.has_events(source):
        reason = "The measurement has no events: there is nothing to condense"
        verdict = Verdict(kind=VerdictKind.REFUSED, reason=reason)
    if not verdict.is_safe:
        return {"verdict": asdict(verdict)}
    out = scratch / CONDENSED_NAME
    links = [BasinLink(**link) for link in params["basins"]]
    contents, warnings = condense.condense(source, out, links)
    return {
        "verdict": asdict(verdict),
        "source_sha256": sha256,
        "contents": asdict(contents),
        "warnings": warnings[:100],
    }


def _preview(source_fd: int, scratch: Path, params: Json) -> Json:
    """Picture in the scratch folder."""
    source = _link(source_fd, scratch, "measurement.rtdc")
    verdict, sha256 = _admit(source, source_fd, params)
    if not verdict.is_safe:
        return {"verdict": asdict(verdict)}
    drawn = preview.draw_preview(source, scratch / PREVIEW_NAME)
    scatter = drawn.data.scatter
    return {
        "verdict": asdict(verdict),
        "source_sha256": sha256,
        "width_px": drawn.width_px,
        "height_px": drawn.height_px,
        "panels": drawn.panels,
        "events_total": drawn.data.events_total,
        "events_drawn": 0 if scatter is None else len(scatter.x),
        "events_not_drawn": 0 if scatter is None else scatter.not_drawn,
        "event_index": drawn.data.event_index,
        "notes": drawn.data.notes,
    }


def _admit(source: Path, source_fd: int, params: Json) -> tuple[Verdict, str | None]:
    """Let a file pass if it is the expected one, and safe."""
    expected = params["expect_sha256"]
    sha256 = None if expected is None else _hash(source_fd)
    if sha256 != expected:
        changed = Verdict(kind=VerdictKind.REFUSED, reason="The file is not the one that was read")
        return changed, sha256
    return gate.scan(source), sha256


def _link(source_fd: int, scratch: Path, name: str) -> Path:
    """Give the descriptor a path: HDF5 opens files by name, and dclab notes that name."""
    folder = scratch / "in"
    folder.mkdir(exist_ok=True)
    link = folder / Path(name).name
    link.unlink(missing_ok=True)  # a first attempt may have died over this task
    link.symlink_to(f"/proc/self/fd/{source_fd}")
    return link


def _hash(source_fd: int) -> str:
    digest = hashlib.sha256()
    offset = 0
    while block := os.pread(source_fd, _BLOCK_BYTES, offset):
        digest.update(block)
        offset += len(block)
    return digest.hexdigest()


TASKS: Mapping[str, Callable[[int, Path, Json], Json]] = {
    "inspect": _inspect,
    "condense": _condense,
    "preview": _preview,
    "selftest": selftest.misbehave,
}
