"""Fetching files: continued where they broke off, believed only if their digest is right."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from cytotheca.cli.importing.source import CkanSource, SourceRefused, patiently
from cytotheca.core.domain.upload_parts import MAX_PART_BYTES
from cytotheca.core.storage.digests import digest_file

if TYPE_CHECKING:
    from cytotheca.core.storage.objects import IncomingFile, ObjectStore

BLOCK_BYTES = 1024**2
HEX = {32: "md5", 64: "sha256"}
PARTED = re.compile(r"[0-9a-f]{32}-[0-9]+")


class Damaged(SourceRefused):
    """What came is not what the other site said it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What the other site says of a file: the strongest digest it has, and the size."""

    kind: str
    digest: str
    size_bytes: int | None

    @property
    def proof(self) -> str:
        """What the file is verified by."""
        return self.kind or ("size" if self.size_bytes is not None else "nothing")


def promise_of(resource: Mapping[str, Any]) -> Promise:
    """Return what is promised of a resource's file."""
    size = str(resource.get("size") or "")
    size_bytes = int(size) if size.isdecimal() else None
    for key in ("sha256", "etag", "hash"):
        text = str(resource.get(key) or "").strip('"').lower().removeprefix("sha256:")
        if PARTED.fullmatch(text):
            return Promise(kind="etag", digest=text, size_bytes=size_bytes)
        if re.fullmatch("[0-9a-f]+", text) and len(text) in HEX:
            return Promise(kind=HEX[len(text)], digest=text, size_bytes=size_bytes)
    return Promise(kind="", digest="", size_bytes=size_bytes)


def fetch(source: CkanSource, path: str, part: Path) -> None:
    """Bring a file of the other site into ``part``, continuing what is there already."""
    patiently()(_fetch_rest, source, path, part)


def _fetch_rest(source: CkanSource, path: str, part: Path) -> None:
    start = part.stat().st_size if part.exists() else 0
    with source.open_file(path, start) as answer:
        if answer.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            if answer.headers.get("Content-Range") != f"bytes */{start}":
                part.unlink()
                raise httpx.ReadError("the file there is shorter than what came before")
            return
        continues = answer.status_code == httpx.codes.PARTIAL_CONTENT
        if continues and not answer.headers.get("Content-Range", "").startswith(f"bytes {start}-"):
            raise SourceRefused("the other site sends other bytes than were asked for")
        with part.open("ab" if continues else "wb") as file:
            for block in answer.iter_raw():
                file.write(block)


def take_in(store: ObjectStore, part: Path, promise: Promise) -> IncomingFile:
    """Copy a complete file beside the objects. Raises ``Damaged`` if it is not as promised."""
    size_bytes = part.stat().st_size
    incoming = store.incoming(size_bytes)
    try:
        with part.open("rb") as file:
            while block := file.read(BLOCK_BYTES):
                incoming.write(block)
        _verify(part, incoming, promise)
    except BaseException:
        incoming.discard()
        raise
    return incoming


def _verify(part: Path, incoming: IncomingFile, promise: Promise) -> None:
    if promise.size_bytes is not None and promise.size_bytes != incoming.size_bytes:
        raise Damaged(f"{incoming.size_bytes} bytes came, {promise.size_bytes} were promised")
    if promise.kind and _digest(part, incoming, promise.kind) != promise.digest:
        raise Damaged(f"the {promise.kind} is not {promise.digest}")


def _digest(part: Path, incoming: IncomingFile, kind: str) -> str | None:
    if kind == "md5":
        return incoming.md5()
    return incoming.sha256() if kind == "sha256" else _etag_of_parts(part)


def _etag_of_parts(part: Path) -> str | None:
    with part.open("rb") as file:
        return digest_file(file, part.stat().st_size, max_part_bytes=MAX_PART_BYTES).etag()
