"""One ZIP archive of many files, made while it is sent; nothing of it is kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import zipstream

from cytotheca.core.actions.bulk_download import BulkFile
from cytotheca.core.storage.objects import ObjectRef, ObjectStore

CHECKSUMS: Final = "SHA256SUMS"
LINKS: Final = "LINKS.txt"


class IncompleteFile(RuntimeError):
    """A file in the store is not as long as the database says; the archive ends broken."""


def make_archive(store: ObjectStore, folder: str, files: Iterable[BulkFile]) -> zipstream.ZipStream:
    """Return the archive of some files, stored as they are; its length is known at once.

    With it go the checksums, and the addresses of those files that are elsewhere.
    """
    archive = zipstream.ZipStream(sized=True)
    sums, links = [], []
    for file in files:
        if file.ref is None:
            links.append(f"{file.url}\t{file.path}\n")
            continue
        size_bytes = file.size_bytes or _size_of(store, file.ref)
        archive.add(_read(store, file, size_bytes), f"{folder}/{file.path}", size=size_bytes)
        if file.sha256:
            sums.append(f"{file.sha256}  {file.path}\n")
    for name, lines in ((CHECKSUMS, sums), (LINKS, links)):
        if lines:
            archive.add("".join(lines), f"{folder}/{name}")
    return archive


def _size_of(store: ObjectStore, ref: ObjectRef) -> int:
    info = store.stat(ref)
    return info.size_bytes if info else 0


def _read(store: ObjectStore, file: BulkFile, size_bytes: int) -> Iterator[bytes]:
    """Yield the bytes of a file, opened when its turn comes. Raises ``IncompleteFile``."""
    if file.ref is None:
        raise IncompleteFile(file.path)
    sent = 0
    for chunk in store.iter_chunks(file.ref):
        sent += len(chunk)
        yield chunk
    if sent != size_bytes:
        raise IncompleteFile(file.path)
