"""PUT of objects and parts, and the POST that completes an upload."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from flask import Response, request
from lxml import etree
from werkzeug.exceptions import ClientDisconnected

from cytotheca.core.api.object_errors import xml_answer
from cytotheca.core.storage.local import LocalStore, object_is_taken
from cytotheca.core.storage.object_urls import PART_NUMBER, SIZE, UPLOAD_ID
from cytotheca.core.storage.objects import MayReplace, ObjectRef
from cytotheca.core.storage.refusals import Refusal, TransferRefused

BLOCK_BYTES = 1024**2
MAX_COMPLETION_BYTES = 2 * 1024**2  # 10 000 parts need about one

_PART_NUMBER = re.compile(r"[1-9][0-9]{0,4}")
_MD5 = re.compile(r"[0-9a-f]{32}")


def put_object(store: LocalStore, ref: ObjectRef, may_replace: MayReplace) -> Response:
    """Take the whole object in one request."""
    declared = _number(SIZE)
    _require_length(declared)
    with may_replace(ref) as allowed:  # asked early as well, to spare a futile transfer
        if not allowed:
            raise object_is_taken()
    incoming = store.incoming(declared)
    try:
        for block in _iter_body(declared):
            incoming.write(block)
        incoming.seal()  # the slow part, before the database is locked
        with may_replace(ref) as allowed:
            if not allowed:
                raise object_is_taken()
            info = store.store_incoming(ref, incoming)
    finally:
        incoming.discard()
    return _stored(info.etag)


def put_part(store: LocalStore, ref: ObjectRef) -> Response:
    """Take one part of an upload."""
    writer = store.part_writer(ref, request.args[UPLOAD_ID], _number(PART_NUMBER))
    _require_length(writer.size_bytes)
    with writer:
        for block in _iter_body(writer.size_bytes):
            writer.write(block)
        return _stored(writer.finish())


def complete_upload(store: LocalStore, ref: ObjectRef, may_replace: MayReplace) -> Response:
    """Make the parts an object; may be repeated."""
    parts = parse_completion(_read_completion())
    upload_id = request.args.get(UPLOAD_ID, "")
    info = store.complete_upload(ref, upload_id, parts, may_replace)
    root = etree.Element("CompleteMultipartUploadResult")
    for name, value in (("Bucket", ref.bucket), ("Key", ref.key), ("ETag", info.etag)):
        etree.SubElement(root, name).text = value
    answer = xml_answer(root)
    answer.set_etag(info.etag)
    return answer


def parse_completion(body: bytes) -> Sequence[tuple[int, str]]:
    """Return numbers and unquoted ETags from ``<CompleteMultipartUpload>``."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise _malformed("the body is not XML") from error
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]  # the stubs are wrong
        raise _malformed("document types are not allowed")
    if etree.QName(root).localname != "CompleteMultipartUpload":
        raise _malformed("expected <CompleteMultipartUpload>")
    return [_parse_part(part) for part in root.iterchildren("{*}Part")]


def _parse_part(part: etree._Element) -> tuple[int, str]:
    number = (part.findtext("{*}PartNumber") or "").strip()
    etag = (part.findtext("{*}ETag") or "").strip().strip('"')
    if _PART_NUMBER.fullmatch(number) is None:
        raise _malformed("each <Part> needs a <PartNumber>")
    if _MD5.fullmatch(etag) is None:
        raise _malformed(f"the <ETag> of part {number} is not an MD5 sum")
    return int(number), etag


def _read_completion() -> bytes:
    if (request.content_length or 0) > MAX_COMPLETION_BYTES:
        raise _malformed("the list of parts is too long")
    try:
        body = request.stream.read(MAX_COMPLETION_BYTES + 1)
    except ClientDisconnected as error:
        raise _incomplete() from error
    if len(body) > MAX_COMPLETION_BYTES:
        raise _malformed("the list of parts is too long")
    return body


def _iter_body(size_bytes: int) -> Iterator[bytes]:
    """Yield exactly the announced bytes, in bounded blocks."""
    request.max_content_length = size_bytes  # the site's limit is for forms
    left = size_bytes
    while left:
        try:
            block = request.stream.read(min(left, BLOCK_BYTES))
        except ClientDisconnected as error:
            raise _incomplete() from error
        if not block:
            raise _incomplete()
        left -= len(block)
        yield block


def _require_length(size_bytes: int) -> None:
    if request.content_length is None:
        raise TransferRefused(Refusal.MISSING_CONTENT_LENGTH, "the request needs a Content-Length")
    if request.content_length != size_bytes:
        raise TransferRefused(
            Refusal.INVALID_ARGUMENT,
            f"this URL takes {size_bytes} bytes, the request has {request.content_length}",
        )


def _number(name: str) -> int:
    """Return a parameter that we signed ourselves."""
    value = request.args.get(name, "")
    if not (value.isascii() and value.isdigit()):
        raise TransferRefused(Refusal.INVALID_ARGUMENT, f"the URL lacks {name}")
    return int(value)


def _stored(etag: str) -> Response:
    answer = Response()
    answer.set_etag(etag)
    return answer


def _incomplete() -> TransferRefused:
    return TransferRefused(Refusal.INCOMPLETE_BODY, "the transfer ended before its time")


def _malformed(message: str) -> TransferRefused:
    return TransferRefused(Refusal.MALFORMED_XML, message)
