"""What the gate asks of one dataset, without reading a value of it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import h5py
from h5py import h5d, h5s

from cytotheca.extensions.dc_schemas.measurement.findings import (
    COMPRESS,
    REPACK,
    REWRITE,
    refuse,
)
from cytotheca.extensions.dc_schemas.measurement.gate_limits import (
    ALLOWED_FILTERS,
    COMPRESSORS,
    GateLimits,
)

if TYPE_CHECKING:
    from cytotheca.extensions.dc_schemas.measurement.inflation import ChunkProof


class DatasetCheck:
    """Judges datasets one by one and sums up what they declare."""

    def __init__(self, limits: GateLimits, proof: ChunkProof) -> None:
        self._limits = limits
        self._proof = proof
        self.declared_bytes = 0

    def check(self, dataset: h5d.DatasetID, path: str) -> None:
        """Refuse a dataset that points outside the file or is built to exhaust its reader."""
        plan = dataset.get_create_plist()
        if plan.get_external_count():
            refuse(path, "its bytes lie in another file (external storage)", REPACK)
        layout = plan.get_layout()
        if layout == h5d.VIRTUAL:
            _check_virtual(dataset, plan, path)
        filters = _check_filters(plan, path)
        declared = self._check_extent(dataset, path)
        stored = dataset.get_storage_size()
        self._check_ratio(declared, stored, path)
        if layout == h5d.CHUNKED:
            chunk_bytes = self._check_chunk(dataset, plan, path)
            if filters and stored:
                self._proof.check(dataset, filters, chunk_bytes, path)
        self.declared_bytes += declared

    def check_total(self, file_bytes: int) -> None:
        """Refuse a file whose datasets together promise far more than it holds."""
        if self.declared_bytes > self._limits.lavish_bytes * 4:
            self._check_ratio(self.declared_bytes, file_bytes, "/")

    def _check_extent(self, dataset: h5d.DatasetID, path: str) -> int:
        """Return the declared size in bytes, after judging rank and items."""
        item: int = dataset.get_type().get_size()
        if item > self._limits.max_item_bytes:
            refuse(path, f"its items have {item} bytes each", REWRITE)
        space = dataset.get_space()
        if space.get_simple_extent_type() == h5s.NULL:
            return 0
        dims = space.get_simple_extent_dims()
        if len(dims) > self._limits.max_rank:
            refuse(path, f"it has {len(dims)} dimensions", REWRITE)
        declared: int = math.prod(dims) * item
        return declared

    def _check_ratio(self, declared: int, stored: int, path: str) -> None:
        if declared > self._limits.max_declared_bytes:
            refuse(path, f"it declares {_readable(declared)}", REWRITE)
        if declared > self._limits.lavish_bytes and declared > stored * self._limits.max_ratio:
            reason = f"it declares {_readable(declared)}, but holds {_readable(stored)}"
            refuse(path, reason, REWRITE)

    def _check_chunk(self, dataset: h5d.DatasetID, plan: Any, path: str) -> int:
        chunk_bytes: int = math.prod(plan.get_chunk()) * dataset.get_type().get_size()
        if chunk_bytes > self._limits.max_chunk_bytes:
            reason = f"its chunks unpack to {_readable(chunk_bytes)} each"
            refuse(path, reason, COMPRESS)
        return chunk_bytes


def _check_virtual(dataset: h5d.DatasetID, plan: Any, path: str) -> None:
    """Allow a virtual dataset only over plain datasets of the same file."""
    parent = h5py.h5i.get_file_id(dataset)
    for source in range(plan.get_virtual_count()):
        if plan.get_virtual_filename(source) != ".":
            refuse(path, "it shows the data of other files (virtual dataset)", REPACK)
        name = plan.get_virtual_dsetname(source).encode()
        if b"%" in name or not _is_plain(parent, name):
            refuse(path, "it shows data that are themselves virtual or missing", REPACK)


def _is_plain(parent: Any, name: bytes) -> bool:
    """Whether each step of a path is a hard link, and the end a dataset with its own bytes."""
    group, steps = parent, [step for step in name.split(b"/") if step]
    for step in steps:
        links = h5py.h5g.open(group, b"/").links if group is parent else group.links
        if not links.exists(step) or links.get_info(step).type != h5py.h5l.TYPE_HARD:
            return False
        group = h5py.h5o.open(group, step)
        if not isinstance(group, h5py.h5g.GroupID):
            break
    if not isinstance(group, h5d.DatasetID):
        return False
    plan = group.get_create_plist()
    return not plan.get_external_count() and plan.get_layout() != h5d.VIRTUAL


def _check_filters(plan: Any, path: str) -> list[int]:
    """Return the filters in the order of writing, after judging them."""
    filters = [plan.get_filter(place)[0] for place in range(plan.get_nfilters())]
    for number in filters:
        if number not in ALLOWED_FILTERS:
            refuse(path, f"it is packed with filter {number}, which is not used here", COMPRESS)
    if sum(number in COMPRESSORS for number in filters) > 1:
        refuse(path, "it is packed more than once", COMPRESS)
    return filters


def _readable(size: float) -> str:
    for unit in ("bytes", "KiB", "MiB", "GiB"):
        if size < 1024:  # noqa: PLR2004
            return f"{size:.4g} {unit}"
        size /= 1024
    return f"{size:.4g} TiB"
