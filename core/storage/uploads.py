"""Uploads in parts on a local disk: one folder each, no second copy.

An upload's folder holds

* ``upload.json``: the object it is for, its size, when it began;
* ``data``: the file in its full length; each part is written at its own place;
* ``part-00001.claim``: who is writing part 1 at present;
* ``part-00001.json``: the MD5 of part 1, once it is complete and flushed.

:mod:`~cytotheca.core.storage.part_writer` fills parts in; completing an
upload renames its data file to the object.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from cytotheca.core.domain.errors import NotFound
from cytotheca.core.domain.upload_parts import MAX_PART_BYTES, PartPlan
from cytotheca.core.storage.durable import (
    FILE_MODE,
    FOLDER_MODE,
    flush_folder,
    full_disk_is_refused,
    locked,
    rename_into_place,
    write_aside,
)
from cytotheca.core.storage.layout import parse_ref
from cytotheca.core.storage.objects import ObjectRef
from cytotheca.core.storage.paths import StorePaths
from cytotheca.core.storage.refusals import Refusal, TransferRefused

MANIFEST = "upload.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenUpload:
    """An upload that is not complete yet."""

    upload_id: str
    folder: Path
    ref: ObjectRef
    plan: PartPlan
    began: float

    @property
    def data_file(self) -> Path:
        """Return the file that becomes the object."""
        return self.folder / "data"

    def claim_file(self, number: int) -> Path:
        """Return the file that names the writer of a part."""
        return self.folder / f"part-{number:05d}.claim"

    def part_file(self, number: int) -> Path:
        """Return the file that tells a part's MD5."""
        return self.folder / f"part-{number:05d}.json"


class LocalUploads:
    """The uploads in parts of a local store."""

    def __init__(self, paths: StorePaths, *, max_part_bytes: int = MAX_PART_BYTES) -> None:
        self.paths = paths
        self._max_part_bytes = max_part_bytes

    def begin(self, ref: ObjectRef, size_bytes: int, *, now: float) -> OpenUpload:
        """Make the folder of a new upload, with a data file that takes no room yet."""
        upload_id = uuid4().hex
        folder = self.paths.upload_folder(upload_id)
        manifest = {"bucket": ref.bucket, "key": ref.key, "size_bytes": size_bytes, "began": now}
        with full_disk_is_refused():
            folder.mkdir(mode=FOLDER_MODE)
            _create_sparse_file(folder / "data", size_bytes)
            write_aside(folder / MANIFEST, json.dumps(manifest).encode())
        flush_folder(folder)
        flush_folder(folder.parent)
        return self.get(upload_id)

    def get(self, upload_id: str) -> OpenUpload:
        """Return an upload; raises ``NotFound``."""
        folder = self.paths.upload_folder(upload_id)
        try:
            manifest = json.loads((folder / MANIFEST).read_bytes())
            plan = PartPlan(
                size_bytes=int(manifest["size_bytes"]), max_part_bytes=self._max_part_bytes
            )
            ref = parse_ref(str(manifest["bucket"]), str(manifest["key"]))
            began = float(manifest["began"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise NotFound("there is no such upload") from error
        return OpenUpload(upload_id=upload_id, folder=folder, ref=ref, plan=plan, began=began)

    def iter_open(self) -> Iterator[OpenUpload]:
        """Yield the uploads that are not complete."""
        for folder in sorted(self.paths.uploads.iterdir()):
            try:
                yield self.get(folder.name)
            except NotFound:
                continue

    @contextmanager
    def lock(self, upload: OpenUpload, *, shared: bool = False) -> Iterator[None]:
        """Lock an upload for a moment; raises ``TransferRefused`` if it is over.

        Never held while waiting for a client.
        """
        lock = locked(upload.folder / MANIFEST, shared=shared)
        try:
            lock.__enter__()
        except FileNotFoundError as error:
            raise upload_is_over() from error
        try:
            if not upload.data_file.exists():
                raise upload_is_over()
            yield
        finally:
            lock.__exit__(None, None, None)

    def seal(self, upload: OpenUpload, part_etags: Sequence[tuple[int, str]]) -> str:
        """Check that all parts are there, shut out their writers, and return the ETag.

        The caller holds the exclusive lock.
        """
        md5s = [_read_part(upload, number) for number in range(1, upload.plan.count + 1)]
        if [number for number, _ in part_etags] != list(range(1, upload.plan.count + 1)):
            raise TransferRefused(
                Refusal.INVALID_PART,
                f"the upload has {upload.plan.count} parts, to be listed in order",
            )
        for (number, etag), md5 in zip(part_etags, md5s, strict=True):
            if etag != md5:
                raise TransferRefused(
                    Refusal.INVALID_PART, f"part {number} has the ETag {md5}, not {etag}"
                )
        self.withdraw_claims(upload)
        return upload.plan.etag(md5s)

    def withdraw_claims(self, upload: OpenUpload) -> None:
        """Shut out all writers of an upload; the caller holds the exclusive lock."""
        for claim in upload.folder.glob("*.claim"):
            claim.unlink(missing_ok=True)

    def remove(self, folder: Path) -> None:
        """Remove what an upload left behind; harmless if it is gone."""
        shutil.rmtree(folder, ignore_errors=True)

    def note_part(self, upload: OpenUpload, number: int, md5: str) -> None:
        """Note a complete part; the caller flushed its bytes and holds the lock."""
        aside = self.paths.new_incoming_file()
        write_aside(aside, json.dumps({"md5": md5}).encode())
        rename_into_place(aside, upload.part_file(number))


def upload_is_over() -> TransferRefused:
    """Return the refusal for an upload that was completed, aborted or never begun."""
    return TransferRefused(
        Refusal.NO_SUCH_UPLOAD, "there is no such upload; it may have been completed or removed"
    )


def _create_sparse_file(path: Path, size_bytes: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, FILE_MODE)
    try:
        os.ftruncate(descriptor, size_bytes)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read_part(upload: OpenUpload, number: int) -> str:
    try:
        return str(json.loads(upload.part_file(number).read_bytes())["md5"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TransferRefused(
            Refusal.INVALID_PART, f"part {number} has not been received completely"
        ) from error
