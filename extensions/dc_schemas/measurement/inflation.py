"""Proof that chunks unpack to what the dataset says, not to a thousand times that.

HDF5 believes the packed stream and grows its buffer until the stream ends. Zstandard frames state
their size in the first bytes; deflate streams have to be unpacked on trial, to at most one byte
more than they may give.
"""

from __future__ import annotations

import os
import zlib
from typing import TYPE_CHECKING, Any

from cytotheca.extensions.dc_schemas.measurement.findings import COMPRESS, refuse
from cytotheca.extensions.dc_schemas.measurement.gate_limits import (
    DEFLATE,
    FLETCHER32,
    ZSTD,
    GateLimits,
)

if TYPE_CHECKING:
    from h5py import h5d

_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
_ZSTD_HEADER_BYTES = 18
_ZSTD_SIZE_FIELDS = (0, 2, 4, 8)
_ZSTD_DICTIONARY_FIELDS = (0, 1, 2, 4)
_SLACK_BYTES = 4096  # checksums, and packing of what can't be packed


class ChunkProof:
    """Looks at the packed chunks of a file through a descriptor of its own.

    Parameters
    ----------
    fd:
        of the file
    base:
        length of the user block: chunk addresses count from its end
    """

    def __init__(self, fd: int, base: int, limits: GateLimits) -> None:
        self._fd = fd
        self._base = base
        self._budget = limits.deflate_budget_bytes

    def check(
        self, dataset: h5d.DatasetID, filters: list[int], chunk_bytes: int, path: str
    ) -> None:
        """Refuse a dataset with a chunk that unpacks to more than its share."""
        packer = next((number for number in reversed(filters) if number != FLETCHER32), 0)
        allowed = chunk_bytes + _SLACK_BYTES

        def look(chunk: tuple[Any, int, int, int]) -> bool | None:
            return self._is_swollen(chunk, packer, allowed) or None

        if dataset.chunk_iter(look):
            refuse(path, "its chunks unpack to more than they declare", COMPRESS)

    def _is_swollen(self, chunk: tuple[Any, int, int, int], packer: int, allowed: int) -> bool:
        _, skipped, address, size = chunk
        if size > allowed + allowed // 8:
            return True
        if skipped:
            return False
        if packer == ZSTD:
            head = os.pread(self._fd, _ZSTD_HEADER_BYTES, self._base + address)
            return read_zstd_size(head) > allowed
        if packer == DEFLATE and self._budget > 0:
            packed = os.pread(self._fd, size, self._base + address)
            unpacked = inflated_size(packed, allowed + 1)
            self._budget -= max(unpacked, 1024)
            return unpacked > allowed
        return False


def inflated_size(packed: bytes, most: int) -> int:
    """Return how many bytes a deflate stream unpacks to, counting to ``most`` only."""
    try:
        return len(zlib.decompressobj().decompress(packed, most))
    except zlib.error:
        return 0  # HDF5 will refuse it, too


def read_zstd_size(head: bytes) -> int:
    """Return the content size that a Zstandard frame states; 0 if it states none.

    See RFC 8878, section 3.1.1.1.
    """
    if head[:4] != _ZSTD_MAGIC or len(head) < 5:  # noqa: PLR2004
        return 0
    descriptor = head[4]
    is_single = bool(descriptor & 0b0010_0000)
    width = _ZSTD_SIZE_FIELDS[descriptor >> 6] or int(is_single)
    start = 5 + (0 if is_single else 1) + _ZSTD_DICTIONARY_FIELDS[descriptor & 0b11]
    size = int.from_bytes(head[start : start + width], "little")
    return size + 256 if width == 2 else size  # noqa: PLR2004  two bytes count from 256
