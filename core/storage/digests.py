"""Digests of a stream in one pass: MD5, SHA-256 and the ETag."""

from __future__ import annotations

import hashlib
from typing import BinaryIO

from cytotheca.core.domain.upload_parts import MAX_PART_BYTES, PartPlan

BLOCK_BYTES = 1024**2


class StreamDigests:
    """Digests of bytes as they pass.

    The ETag of more than one part needs the size in advance, because the
    parts are of equal size; without it, ``etag`` answers None for such files.
    """

    def __init__(
        self, expected_bytes: int | None = None, *, max_part_bytes: int = MAX_PART_BYTES
    ) -> None:
        self.size_bytes = 0
        self._max_part_bytes = max_part_bytes
        self._plan = PartPlan(size_bytes=expected_bytes or 0, max_part_bytes=max_part_bytes)
        self._md5 = hashlib.md5(usedforsecurity=False)
        self._sha256 = hashlib.sha256()
        self._part_md5s: list[str] = []
        self._part = hashlib.md5(usedforsecurity=False)
        self._part_room = self._plan.part_bytes

    def update(self, data: bytes) -> None:
        """Take the next bytes."""
        self.size_bytes += len(data)
        self._md5.update(data)
        self._sha256.update(data)
        if self._plan.count > 1:
            self._update_parts(memoryview(data))

    def md5(self) -> str:
        """Return the hex MD5 so far."""
        return self._md5.hexdigest()

    def sha256(self) -> str:
        """Return the hex SHA-256 so far."""
        return self._sha256.hexdigest()

    def etag(self) -> str | None:
        """Return the ETag, or None if the file must be read again with its size known."""
        actual = PartPlan(size_bytes=self.size_bytes, max_part_bytes=self._max_part_bytes)
        if actual.count == 1:
            return self.md5()
        if actual != self._plan:
            return None
        open_part = [self._part.hexdigest()] if self._part_room < self._plan.part_bytes else []
        return actual.etag([*self._part_md5s, *open_part])

    def _update_parts(self, data: memoryview) -> None:
        while data:
            piece, data = data[: self._part_room], data[self._part_room :]
            self._part.update(piece)
            self._part_room -= len(piece)
            if self._part_room == 0:
                self._part_md5s.append(self._part.hexdigest())
                self._part = hashlib.md5(usedforsecurity=False)
                self._part_room = self._plan.part_bytes


def digest_file(file: BinaryIO, size_bytes: int, *, max_part_bytes: int) -> StreamDigests:
    """Return the digests of an open file, read from its start."""
    digests = StreamDigests(size_bytes, max_part_bytes=max_part_bytes)
    file.seek(0)
    while block := file.read(BLOCK_BYTES):
        digests.update(block)
    return digests
