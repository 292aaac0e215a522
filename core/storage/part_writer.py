"""Writing one part of an upload at its place.

A writer claims its part, and its claim is checked under a lock before each
block is written. A connection that hangs can thus never hold up or spoil an
upload: whoever sends the part again takes the claim, and completing withdraws
all claims, so that nobody writes into a finished object.
"""

from __future__ import annotations

import hashlib
import os
from types import TracebackType
from typing import Self
from uuid import uuid4

from cytotheca.core.storage.durable import flush_folder, full_disk_is_refused
from cytotheca.core.storage.incoming import FLUSH_BYTES
from cytotheca.core.storage.refusals import Refusal, TransferRefused
from cytotheca.core.storage.uploads import LocalUploads, OpenUpload, upload_is_over


class PartWriter:
    """Takes the bytes of a part; a context manager that closes the file."""

    def __init__(self, uploads: LocalUploads, upload: OpenUpload, number: int) -> None:
        self._uploads, self._upload, self._number = uploads, upload, number
        try:
            self._start, self._stop = upload.plan.span(number)
        except ValueError as error:
            raise TransferRefused(Refusal.INVALID_ARGUMENT, str(error)) from error
        self._position = self._start
        self._md5 = hashlib.md5(usedforsecurity=False)
        self._token = uuid4().hex
        self._unflushed_bytes = 0
        self._descriptor = -1

    @property
    def size_bytes(self) -> int:
        """Return the size that the part must have."""
        return self._stop - self._start

    def __enter__(self) -> Self:
        with self._uploads.lock(self._upload):
            self._claim()
            flags = os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC
            self._descriptor = os.open(self._upload.data_file, flags)
        try:
            with full_disk_is_refused():
                os.posix_fallocate(self._descriptor, self._start, self.size_bytes)
        except BaseException:
            os.close(self._descriptor)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._descriptor)

    def write(self, data: bytes) -> None:
        """Write the next bytes."""
        if self._position + len(data) > self._stop:
            raise TransferRefused(
                Refusal.INVALID_ARGUMENT, f"the part has {self.size_bytes} bytes, not more"
            )
        with self._uploads.lock(self._upload, shared=True), full_disk_is_refused():
            self._require_claim()
            rest = memoryview(data)
            while rest:
                written = os.pwrite(self._descriptor, rest, self._position)
                self._position += written
                rest = rest[written:]
        self._md5.update(data)
        self._flush_now_and_then(len(data))

    def finish(self) -> str:
        """Note the part as complete, once it is on disk, and return its MD5."""
        if self._position != self._stop:
            raise TransferRefused(
                Refusal.INCOMPLETE_BODY, f"the part has {self.size_bytes} bytes; the transfer ended"
            )
        with full_disk_is_refused():
            os.fdatasync(self._descriptor)
        with self._uploads.lock(self._upload):
            self._require_claim()
            self._uploads.note_part(self._upload, self._number, self._md5.hexdigest())
            self._upload.claim_file(self._number).unlink(missing_ok=True)
        return self._md5.hexdigest()

    def _claim(self) -> None:
        part = self._upload.part_file(self._number)
        if part.exists():  # forgotten for good, before its bytes change
            part.unlink()
            flush_folder(part.parent)
        with full_disk_is_refused():
            self._upload.claim_file(self._number).write_text(self._token)

    def _require_claim(self) -> None:
        try:
            token = self._upload.claim_file(self._number).read_text()
        except FileNotFoundError as error:
            raise upload_is_over() from error
        if token != self._token:
            raise TransferRefused(
                Refusal.OPERATION_ABORTED, "the part is being sent again by another request"
            )

    def _flush_now_and_then(self, size_bytes: int) -> None:
        self._unflushed_bytes += size_bytes
        if self._unflushed_bytes >= FLUSH_BYTES:
            with full_disk_is_refused():
                os.fdatasync(self._descriptor)
            self._unflushed_bytes = 0
