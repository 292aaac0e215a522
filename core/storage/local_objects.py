"""Complete objects on a local disk, each with its record.

Writing order: the record (which then describes the new file and the one that
it replaces), then the object. The final steps of writers of one bucket follow
each other under a lock on the bucket's folder.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from stat import S_ISREG
from typing import BinaryIO

from cytotheca.core.domain.errors import NotFound
from cytotheca.core.domain.upload_parts import MAX_PART_BYTES
from cytotheca.core.storage.digests import digest_file
from cytotheca.core.storage.durable import (
    flush_folder,
    full_disk_is_refused,
    locked,
    make_folders,
    rename_into_place,
)
from cytotheca.core.storage.layout import parse_ref
from cytotheca.core.storage.objects import ObjectInfo, ObjectRef
from cytotheca.core.storage.paths import StorePaths
from cytotheca.core.storage.records import (
    ObjectRecord,
    find_record,
    read_records,
    write_records,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenObject:
    """An open file and what is known of exactly this file, even if it is replaced."""

    info: ObjectInfo
    file: BinaryIO


class LocalObjects:
    """Reads, publishes and removes the objects of a local store."""

    def __init__(self, paths: StorePaths, *, max_part_bytes: int = MAX_PART_BYTES) -> None:
        self.paths = paths
        self._max_part_bytes = max_part_bytes

    def open(self, ref: ObjectRef) -> OpenObject:
        """Open an object, unbuffered; raises ``NotFound``."""
        file = self._open_file(ref)
        try:
            status = os.fstat(file.fileno())
            record = find_record(read_records(self.paths.record_file(ref)), status)
            if record is None:
                record = self._rebuild_record(ref, file)
        except BaseException:
            file.close()
            raise
        return OpenObject(info=_info(ref, record), file=file)

    def publish(self, ref: ObjectRef, source: Path, *, etag: str, sha256: str | None) -> ObjectInfo:
        """Make a file on the same volume, complete and flushed, the object."""
        path, status = self.paths.object_file(ref), source.stat()
        record = ObjectRecord(
            size_bytes=status.st_size, modified_ns=status.st_mtime_ns, etag=etag, sha256=sha256
        )
        with full_disk_is_refused():
            make_folders(self.paths.bucket_folder(ref.bucket))
            with self._bucket_lock(ref):
                make_folders(path.parent)
                self._write_records(ref, [record, *self._present_records(ref)])
                rename_into_place(source, path)
        return _info(ref, record)

    def delete(self, ref: ObjectRef) -> None:
        """Remove object and record, and the folders that this leaves empty."""
        path, record = self.paths.object_file(ref), self.paths.record_file(ref)
        if not self.paths.bucket_folder(ref.bucket).is_dir():
            return
        with self._bucket_lock(ref):
            if path.exists():
                path.unlink()
                flush_folder(path.parent)
            record.unlink(missing_ok=True)
            _remove_empty(path.parent, below=self.paths.objects / ref.bucket)
            _remove_empty(record.parent, below=self.paths.records / ref.bucket)

    def set_public(self, ref: ObjectRef, *, public: bool) -> None:
        """Change the record's flag, if there is such an object."""
        try:
            self.open(ref).file.close()  # makes a lost record again, outside the lock
        except NotFound:
            return
        with self._bucket_lock(ref):
            records = [replace(record, public=public) for record in self._present_records(ref)]
            if records:
                self._write_records(ref, records)

    def iter_refs(self, bucket: str | None = None) -> Iterator[ObjectRef]:
        """Yield the addresses of all files that are objects by their names."""
        top = self.paths.objects if bucket is None else self.paths.bucket_folder(bucket)
        for folder, folders, names in os.walk(top):
            folders.sort()
            for name in sorted(names):
                spelled, _, key = (
                    (Path(folder) / name).relative_to(self.paths.objects).as_posix().partition("/")
                )
                try:
                    yield parse_ref(spelled, key)
                except ValueError:
                    continue

    def _open_file(self, ref: ObjectRef) -> BinaryIO:
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        try:
            descriptor = os.open(self.paths.object_file(ref), flags)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise NotFound("there is no such object") from error
        file = os.fdopen(descriptor, "rb", buffering=0)
        if not S_ISREG(os.fstat(descriptor).st_mode):
            file.close()
            raise NotFound("there is no such object")
        return file

    def _rebuild_record(self, ref: ObjectRef, file: BinaryIO) -> ObjectRecord:
        """Describe a file by reading it; it stays public if its bytes are the known ones."""
        status = os.fstat(file.fileno())
        digests = digest_file(file, status.st_size, max_part_bytes=self._max_part_bytes)
        file.seek(0)
        etag = digests.etag()
        if etag is None:
            raise OSError(f"{ref.bucket}/{ref.key} changes while it is read")
        known = read_records(self.paths.record_file(ref))
        record = ObjectRecord(
            size_bytes=status.st_size,
            modified_ns=status.st_mtime_ns,
            etag=etag,
            sha256=digests.sha256(),
            public=any(old.etag == etag and old.public for old in known),
        )
        with self._bucket_lock(ref):
            if not self._present_records(ref):
                self._write_records(ref, [record])
        return record

    def _present_records(self, ref: ObjectRef) -> list[ObjectRecord]:
        """Return the record of the file that is there, if both exist."""
        try:
            status = self.paths.object_file(ref).stat()
        except FileNotFoundError:
            return []
        record = find_record(read_records(self.paths.record_file(ref)), status)
        return [] if record is None else [record]

    def _write_records(self, ref: ObjectRef, records: list[ObjectRecord]) -> None:
        aside = self.paths.new_incoming_file()
        write_records(self.paths.record_file(ref), records, aside=aside)

    def _bucket_lock(self, ref: ObjectRef) -> AbstractContextManager[None]:
        return locked(self.paths.bucket_folder(ref.bucket))


def _info(ref: ObjectRef, record: ObjectRecord) -> ObjectInfo:
    return ObjectInfo(
        ref=ref,
        size_bytes=record.size_bytes,
        etag=record.etag,
        modified=datetime.fromtimestamp(record.modified_ns / 1e9, tz=UTC),
        public=record.public,
        sha256=record.sha256,
    )


def _remove_empty(folder: Path, *, below: Path) -> None:
    while folder != below and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
