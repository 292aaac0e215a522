"""A file on its way into a local store."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from cytotheca.core.domain.upload_parts import MAX_PART_BYTES
from cytotheca.core.storage.digests import StreamDigests, digest_file
from cytotheca.core.storage.durable import FILE_MODE, full_disk_is_refused

FLUSH_BYTES = 64 * 1024**2  # bounds dirty memory, and the wait at the end of an upload


class LocalIncomingFile:
    """An upload being written aside; digests are computed on the way.

    The open file is locked, which tells the sweeper that somebody is writing.
    """

    def __init__(
        self,
        path: Path,
        *,
        expected_bytes: int | None = None,
        max_part_bytes: int = MAX_PART_BYTES,
    ) -> None:
        self.path = path
        self._max_part_bytes = max_part_bytes
        self._digests = StreamDigests(expected_bytes, max_part_bytes=max_part_bytes)
        self._unflushed_bytes = 0
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        with full_disk_is_refused():
            self._file = os.fdopen(os.open(path, flags, FILE_MODE), "w+b", buffering=0)
        fcntl.flock(self._file, fcntl.LOCK_EX)
        if expected_bytes:
            self._reserve(expected_bytes)

    @property
    def size_bytes(self) -> int:
        """Return the number of bytes written."""
        return self._digests.size_bytes

    def write(self, data: bytes) -> int:
        """Append bytes."""
        with full_disk_is_refused():
            rest = memoryview(data)
            while rest:
                rest = rest[self._file.write(rest) :]
            self._unflushed_bytes += len(data)
            if self._unflushed_bytes >= FLUSH_BYTES:
                os.fdatasync(self._file.fileno())
                self._unflushed_bytes = 0
        self._digests.update(data)
        return len(data)

    def md5(self) -> str:
        """Return the hex MD5 of what was written."""
        return self._digests.md5()

    def sha256(self) -> str:
        """Return the hex SHA-256 of what was written."""
        return self._digests.sha256()

    def etag(self) -> str:
        """Return the ETag; reads a large file again if its size was not announced."""
        etag = self._digests.etag()
        if etag is None:
            again = digest_file(
                self._file, self.size_bytes, max_part_bytes=self._max_part_bytes
            ).etag()
            assert again is not None  # noqa: S101 - the size is known now
            return again
        return etag

    def seal(self) -> os.stat_result:
        """Flush everything to disk and return the status of the finished file."""
        with full_disk_is_refused():
            self._file.truncate(self.size_bytes)  # less may have come than was announced
            os.fsync(self._file.fileno())
        return os.fstat(self._file.fileno())

    def close(self) -> None:
        """Close the file; it stays where it is."""
        self._file.close()

    def discard(self) -> None:
        """Remove the file; harmless after it was stored."""
        self.close()
        self.path.unlink(missing_ok=True)

    def _reserve(self, size_bytes: int) -> None:
        """Take the room at once: a full disk is told before the transfer, not after."""
        try:
            with full_disk_is_refused():
                os.posix_fallocate(self._file.fileno(), 0, size_bytes)
        except BaseException:
            self.discard()
            raise
