"""The object store on a local disk, with signed URLs of the site's own gateway.

Layout: :mod:`cytotheca.core.storage.paths`. The gateway that serves the URLs
is :mod:`cytotheca.core.api.objects`.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from cytotheca.core.domain.errors import NotFound, ValidationError
from cytotheca.core.domain.upload_parts import (
    MAX_PART_BYTES,
    MAX_PARTS,
    PartPlan,
    multipart_etag,
)
from cytotheca.core.storage.digests import BLOCK_BYTES
from cytotheca.core.storage.durable import require_room
from cytotheca.core.storage.incoming import LocalIncomingFile
from cytotheca.core.storage.local_objects import LocalObjects, OpenObject
from cytotheca.core.storage.object_urls import ObjectUrls
from cytotheca.core.storage.objects import (
    IncomingFile,
    MayReplace,
    ObjectInfo,
    ObjectRef,
    ObjectStore,
    SignedUrl,
    UploadInfo,
    UploadUrls,
)
from cytotheca.core.storage.part_writer import PartWriter
from cytotheca.core.storage.paths import StorePaths
from cytotheca.core.storage.refusals import Refusal, TransferRefused
from cytotheca.core.storage.signing import UrlSigner
from cytotheca.core.storage.sweeping import remove_upload, sweep_files, sweep_uploads
from cytotheca.core.storage.uploads import LocalUploads, OpenUpload, upload_is_over

RESERVE_BYTES = 256 * 1024**2


class LocalStore:
    """Objects under a folder of this machine; implements ``ObjectStore``.

    ``secrets`` sign the URLs: the newest last, older ones are still accepted.
    Uploads are refused when they would leave less than ``reserve_bytes`` free.
    ``max_part_bytes`` differs from 1 GiB in tests only.
    """

    def __init__(  # noqa: PLR0913 - settings of the store, all but the first two with defaults
        self,
        root: Path,
        site_url: str,
        secret: str | Sequence[str],
        *,
        reserve_bytes: int = RESERVE_BYTES,
        max_part_bytes: int = MAX_PART_BYTES,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.paths = StorePaths.under(root)
        signer = UrlSigner([secret] if isinstance(secret, str) else secret)
        self.urls = ObjectUrls(f"{site_url.rstrip('/')}/objects", signer, clock)
        self._reserve_bytes = reserve_bytes
        self._max_part_bytes = max_part_bytes
        self._clock = clock
        self._objects = LocalObjects(self.paths, max_part_bytes=max_part_bytes)
        self._uploads = LocalUploads(self.paths, max_part_bytes=max_part_bytes)

    def serve_at(self, site_url: str) -> None:
        """Make the URLs of another public address of the site from now on."""
        self.urls = self.urls.at(f"{site_url.rstrip('/')}/objects")

    def require_room(self, size_bytes: int) -> None:
        """Raise ``InsufficientStorage`` unless so many bytes fit and leave the reserve free."""
        require_room(self.paths.root, size_bytes, reserve_bytes=self._reserve_bytes)

    # -- reading ----------------------------------------------------------------------------

    def stat(self, ref: ObjectRef) -> ObjectInfo | None:
        """Return what is known of an object, or None if it does not exist."""
        try:
            opened = self._objects.open(ref)
        except NotFound:
            return None
        opened.file.close()
        return opened.info

    def open_object(self, ref: ObjectRef) -> OpenObject:
        """Open an object together with what is known of the very file that was opened."""
        return self._objects.open(ref)

    def open(self, ref: ObjectRef) -> BinaryIO:
        """Open an object for reading; seekable. Raises ``NotFound``."""
        return self._objects.open(ref).file

    def iter_chunks(
        self, ref: ObjectRef, start: int = 0, stop: int | None = None
    ) -> Iterator[bytes]:
        """Yield the bytes ``[start, stop)`` in blocks of bounded size."""
        opened = self._objects.open(ref)
        with opened.file as file:
            file.seek(start)
            left = max(0, (opened.info.size_bytes if stop is None else stop) - start)
            while block := file.read(min(BLOCK_BYTES, left)):
                left -= len(block)
                yield block

    def local_path(self, ref: ObjectRef) -> Path | None:
        """Return the file of an object; it may not exist."""
        return self.paths.object_file(ref)

    def iter_objects(self, bucket: str | None = None) -> Iterator[ObjectInfo]:
        """Yield all objects, or those of one bucket, in the order of their names."""
        for ref in self._objects.iter_refs(bucket):
            if (info := self.stat(ref)) is not None:
                yield info

    # -- writing ----------------------------------------------------------------------------

    def incoming(self, expected_bytes: int | None = None) -> LocalIncomingFile:
        """Begin a file aside, on the same volume as the objects."""
        require_room(self.paths.root, expected_bytes or 0, reserve_bytes=self._reserve_bytes)
        return LocalIncomingFile(
            self.paths.new_incoming_file(),
            expected_bytes=expected_bytes,
            max_part_bytes=self._max_part_bytes,
        )

    def store_incoming(self, ref: ObjectRef, incoming: IncomingFile) -> ObjectInfo:
        """Make a written file an object: fsync, rename, fsync of the folder."""
        if not isinstance(incoming, LocalIncomingFile):
            raise TypeError("a local store takes only its own incoming files")
        incoming.seal()
        info = self._objects.publish(
            ref, incoming.path, etag=incoming.etag(), sha256=incoming.sha256()
        )
        incoming.close()
        return info

    def store_path(self, ref: ObjectRef, source: Path) -> ObjectInfo:
        """Copy a local file into the store, written aside and renamed."""
        with source.open("rb") as file:
            incoming = self.incoming(source.stat().st_size)
            try:
                while block := file.read(BLOCK_BYTES):
                    incoming.write(block)
                return self.store_incoming(ref, incoming)
            finally:
                incoming.discard()

    def copy(self, source: ObjectRef, target: ObjectRef) -> ObjectInfo:
        """Give an object a second name; immutable files need no second copy on disk."""
        opened = self._objects.open(source)
        link = self.paths.new_incoming_file()
        with opened.file as file:
            link.hardlink_to(self.paths.object_file(source))
            try:
                if not os.path.samestat(link.stat(), os.fstat(file.fileno())):
                    raise TransferRefused(
                        Refusal.OPERATION_ABORTED, "the object was replaced while it was copied"
                    )
                info = opened.info
                return self._objects.publish(target, link, etag=info.etag, sha256=info.sha256)
            finally:
                link.unlink(missing_ok=True)

    def delete(self, ref: ObjectRef) -> None:
        """Remove an object; harmless if it does not exist."""
        self._objects.delete(ref)

    def set_public(self, ref: ObjectRef, *, public: bool) -> None:
        """Let anybody read the object, or only holders of signed URLs."""
        self._objects.set_public(ref, public=public)

    # -- direct transfers -------------------------------------------------------------------

    def object_url(self, ref: ObjectRef) -> str:
        """Return the unsigned path-style URL of an object."""
        return self.urls.plain(ref)

    def sign_download(
        self, ref: ObjectRef, *, lifetime_s: int, filename: str | None = None
    ) -> SignedUrl:
        """Return a signed GET URL; ``filename`` sets the download's name."""
        return self.urls.download(ref, lifetime_s=lifetime_s, filename=filename)

    def begin_upload(self, ref: ObjectRef, *, size_bytes: int, lifetime_s: int) -> UploadUrls:
        """Return URLs for a direct upload of ``ceil(size / 1 GiB)`` parts."""
        if size_bytes < 1:
            raise ValidationError("Empty files cannot be uploaded")
        self.paths.object_file(ref)  # refuses impossible names before anything is made
        require_room(self.paths.root, size_bytes, reserve_bytes=self._reserve_bytes)
        parts = PartPlan(size_bytes=size_bytes, max_part_bytes=self._max_part_bytes).count
        if parts > MAX_PARTS:
            raise ValidationError(f"Files of more than {MAX_PARTS} parts cannot be uploaded")
        if parts == 1:
            return self.urls.single_upload(ref, size_bytes, lifetime_s=lifetime_s)
        upload = self._uploads.begin(ref, size_bytes, now=self._clock())
        return self.urls.upload_in_parts(upload, lifetime_s=lifetime_s)

    def part_writer(self, ref: ObjectRef, upload_id: str, number: int) -> PartWriter:
        """Return what takes the bytes of a part; raises ``TransferRefused``."""
        writer = PartWriter(self._uploads, self._get_upload(ref, upload_id), number)
        require_room(self.paths.root, writer.size_bytes, reserve_bytes=self._reserve_bytes)
        return writer

    def complete_upload(
        self,
        ref: ObjectRef,
        upload_id: str,
        part_etags: Sequence[tuple[int, str]],
        may_replace: MayReplace,
    ) -> ObjectInfo:
        """Make the parts the object; success as well if that has happened before.

        ``part_etags`` are the numbers and MD5 sums that the client knows.
        """
        try:
            upload = self._get_upload(ref, upload_id)
            with self._uploads.lock(upload):
                etag = self._uploads.seal(upload, part_etags)
                with may_replace(ref) as allowed:
                    if not allowed:
                        raise object_is_taken()
                    info = self._objects.publish(ref, upload.data_file, etag=etag, sha256=None)
                self._uploads.remove(upload.folder)
        except TransferRefused as refused:
            if refused.refusal is not Refusal.NO_SUCH_UPLOAD:
                raise
            return self._find_completed(ref, part_etags)
        return info

    def iter_uploads(self) -> Iterator[UploadInfo]:
        """Yield the uploads in parts that were begun and are not complete."""
        for upload in self._uploads.iter_open():
            yield UploadInfo(
                upload_id=upload.upload_id,
                ref=upload.ref,
                size_bytes=upload.plan.size_bytes,
                began=datetime.fromtimestamp(upload.began, tz=UTC),
            )

    def abort_upload(self, upload_id: str) -> None:
        """Give up an upload and remove its parts; harmless if it is over."""
        remove_upload(self._uploads, upload_id)

    def sweep_incoming(self, *, older_than_s: float) -> int:
        """Remove abandoned files and parts; return how many."""
        before = self._clock() - older_than_s
        return sweep_files(self.paths.incoming, before=before) + sweep_uploads(
            self._uploads, before=before
        )

    def _get_upload(self, ref: ObjectRef, upload_id: str) -> OpenUpload:
        try:
            upload = self._uploads.get(upload_id)
        except NotFound as error:
            raise upload_is_over() from error
        if upload.ref != ref:
            raise upload_is_over()
        return upload

    def _find_completed(self, ref: ObjectRef, part_etags: Sequence[tuple[int, str]]) -> ObjectInfo:
        """Return the object of an upload whose completion is asked for once more."""
        info = self.stat(ref)
        try:
            etag = multipart_etag([md5 for _, md5 in part_etags])
        except ValueError as error:
            raise upload_is_over() from error
        if info is None or info.etag != etag:
            raise upload_is_over()
        return info


def object_is_taken() -> TransferRefused:
    """Return the refusal for a file that belongs to a resource already."""
    return TransferRefused(
        Refusal.OBJECT_EXISTS, "the file belongs to a resource and can no longer be replaced"
    )


if TYPE_CHECKING:  # fails to type-check when the interface is not kept
    _IMPLEMENTED: type[ObjectStore] = LocalStore
