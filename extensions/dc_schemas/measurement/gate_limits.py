"""How large and deep a file may be before the gate calls it a trap."""

from __future__ import annotations

from dataclasses import dataclass

from cytotheca.extensions.dc_schemas.measurement.limits import GIB, MIB

DEFLATE, SHUFFLE, FLETCHER32, SCALEOFFSET, LZF, ZSTD = 1, 2, 3, 6, 32000, 32015
ALLOWED_FILTERS = frozenset({DEFLATE, SHUFFLE, FLETCHER32, SCALEOFFSET, LZF, ZSTD})
COMPRESSORS = frozenset({DEFLATE, SCALEOFFSET, LZF, ZSTD})


@dataclass(frozen=True, slots=True, kw_only=True)
class GateLimits:
    """Numbers with room above what instruments and dclab write.

    Attributes
    ----------
    max_contours:
        old files keep one dataset per event in ``/events/contour``; those are counted apart
    max_chunk_bytes:
        of one chunk, unpacked: dclab writes 1 MiB, old instruments up to 100 images
    lavish_bytes, max_ratio:
        declared sizes up to the first need no proof; above it, at most so many times the stored
        bytes. A 1 MiB chunk of zeros packs to 50 bytes with Zstandard, real masks to 1/300.
    max_declared_bytes:
        of one dataset, whatever is stored
    deflate_budget_bytes:
        how much is unpacked on trial, because deflate streams don't state their size; what lies
        beyond is left to the memory limit of the child
    """

    max_depth: int = 32
    max_objects: int = 100_000
    max_contours: int = 1_000_000
    max_attribute_bytes: int = MIB
    max_attributes: int = 10_000
    max_name_bytes: int = 1024
    max_rank: int = 8
    max_item_bytes: int = MIB
    max_chunk_bytes: int = 48 * MIB
    lavish_bytes: int = 256 * MIB
    max_ratio: int = 20_000
    max_declared_bytes: int = 8 * 1024 * GIB
    deflate_budget_bytes: int = 128 * MIB
