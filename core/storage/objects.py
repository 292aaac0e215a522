"""What every object store offers: the interface and its values.

An object is named by bucket and key. Buckets belong to circles
(organizations); keys are made by :mod:`cytotheca.core.storage.layout`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectRef:
    """The address of an object: bucket and key."""

    bucket: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectInfo:
    """What the store knows of an object.

    ``etag`` is unquoted and a function of the bytes alone: their MD5 up to
    1 GiB; above, the MD5 of the parts' MD5 sums with ``-<parts>``, where the
    parts are those of :mod:`cytotheca.core.domain.upload_parts`. ``sha256`` is
    None when the store never saw the whole stream at once.
    """

    ref: ObjectRef
    size_bytes: int
    etag: str
    modified: datetime
    public: bool
    sha256: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedUrl:
    """A URL that works without credentials until ``expires`` (epoch seconds)."""

    url: str
    expires: float


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadUrls:
    """URLs for a direct upload: one PUT per part, and a POST that completes.

    ``complete_url`` is None when there is only one part.
    """

    upload_urls: Sequence[str]
    complete_url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadInfo:
    """An upload in parts that was begun and is neither complete nor removed."""

    upload_id: str
    ref: ObjectRef
    size_bytes: int
    began: datetime


MayReplace = Callable[[ObjectRef], AbstractContextManager[bool]]
"""Tells whether an object may be written, and keeps the answer true while open.

The core's implementation locks the database, so that a file cannot be
registered between the question and the renaming.
"""


class IncomingFile(Protocol):
    """An upload being written aside; digests are computed on the way."""

    path: Path

    @property
    def size_bytes(self) -> int:
        """Return the number of bytes written."""

    def write(self, data: bytes) -> int:
        """Append bytes."""

    def md5(self) -> str:
        """Return the hex MD5 of what was written."""

    def sha256(self) -> str:
        """Return the hex SHA-256 of what was written."""

    def discard(self) -> None:
        """Remove the file; harmless after it was stored."""


class ObjectStore(Protocol):
    """Immutable objects by bucket and key; one interface for disk and S3."""

    def stat(self, ref: ObjectRef) -> ObjectInfo | None:
        """Return what is known of an object, or None if it does not exist."""

    def serve_at(self, site_url: str) -> None:
        """Make the URLs of another public address of the site from now on."""

    def require_room(self, size_bytes: int) -> None:
        """Raise ``InsufficientStorage`` unless so many bytes fit and leave the reserve free."""

    def open(self, ref: ObjectRef) -> BinaryIO:
        """Open an object for reading; seekable. Raises ``NotFound``."""

    def iter_chunks(
        self, ref: ObjectRef, start: int = 0, stop: int | None = None
    ) -> Iterator[bytes]:
        """Yield the bytes ``[start, stop)`` in blocks of bounded size."""

    def local_path(self, ref: ObjectRef) -> Path | None:
        """Return the file of an object where the store is a local disk, else None."""

    def incoming(self, expected_bytes: int | None = None) -> IncomingFile:
        """Begin a file aside, on the same volume as the objects.

        A known size reserves the room and saves a second reading of files
        above 1 GiB. Raises ``InsufficientStorage``.
        """

    def store_incoming(self, ref: ObjectRef, incoming: IncomingFile) -> ObjectInfo:
        """Make a written file an object: fsync, rename, fsync of the folder.

        The object is private, also if it replaces a public one.
        """

    def store_path(self, ref: ObjectRef, source: Path) -> ObjectInfo:
        """Copy a local file into the store, written aside and renamed."""

    def copy(self, source: ObjectRef, target: ObjectRef) -> ObjectInfo:
        """Copy an object within the store; the copy is private. Raises ``NotFound``."""

    def delete(self, ref: ObjectRef) -> None:
        """Remove an object; harmless if it does not exist."""

    def set_public(self, ref: ObjectRef, *, public: bool) -> None:
        """Let anybody read the object, or only holders of signed URLs.

        Harmless if it does not exist.
        """

    def object_url(self, ref: ObjectRef) -> str:
        """Return the unsigned path-style URL of an object."""

    def sign_download(
        self, ref: ObjectRef, *, lifetime_s: int, filename: str | None = None
    ) -> SignedUrl:
        """Return a signed GET URL; ``filename`` sets the download's name."""

    def begin_upload(self, ref: ObjectRef, *, size_bytes: int, lifetime_s: int) -> UploadUrls:
        """Return URLs for a direct upload of ``ceil(size / 1 GiB)`` parts.

        Raises ``ValidationError`` for empty files and ``InsufficientStorage``.
        """

    def iter_uploads(self) -> Iterator[UploadInfo]:
        """Yield the uploads in parts that were begun and are not complete."""

    def abort_upload(self, upload_id: str) -> None:
        """Give up an upload and remove its parts; harmless if it is over."""

    def iter_objects(self, bucket: str | None = None) -> Iterator[ObjectInfo]:
        """Yield all objects, or those of one bucket."""

    def sweep_incoming(self, *, older_than_s: float) -> int:
        """Remove abandoned files and parts; return how many."""
