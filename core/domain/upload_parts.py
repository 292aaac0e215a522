"""How an upload is cut into parts, and the ETag that follows from it.

DCOR clients compute the same numbers and refuse others: as few parts as fit
into 1 GiB each, all of one size, only the last one smaller. The ETag of an
object is thereby a function of its bytes alone, whoever wrote them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

MAX_PART_BYTES = 1024**3
MAX_PARTS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PartPlan:
    """The parts of an object of ``size_bytes``, numbered from 1.

    ``max_part_bytes`` differs from 1 GiB in tests only.
    """

    size_bytes: int
    max_part_bytes: int = MAX_PART_BYTES

    @property
    def count(self) -> int:
        """Return the number of parts; an empty object has one."""
        return max(1, -(-self.size_bytes // self.max_part_bytes))

    @property
    def part_bytes(self) -> int:
        """Return the size of every part but the last."""
        return -(-self.size_bytes // self.count)

    def span(self, number: int) -> tuple[int, int]:
        """Return first byte and end of a part; raises ``ValueError`` for an unknown number."""
        if not 1 <= number <= self.count:
            raise ValueError(f"part numbers run from 1 to {self.count}")
        start = (number - 1) * self.part_bytes
        return start, min(start + self.part_bytes, self.size_bytes)

    def etag(self, part_md5s: Sequence[str]) -> str:
        """Return the object's ETag from the hex MD5 sums of its parts."""
        if len(part_md5s) != self.count:
            raise ValueError(f"expected {self.count} parts, got {len(part_md5s)}")
        return part_md5s[0] if self.count == 1 else multipart_etag(part_md5s)


def multipart_etag(part_md5s: Sequence[str]) -> str:
    """Return the MD5 of the concatenated binary sums, a dash, and the number of parts."""
    joined = b"".join(bytes.fromhex(md5) for md5 in part_md5s)
    return f"{hashlib.md5(joined, usedforsecurity=False).hexdigest()}-{len(part_md5s)}"
