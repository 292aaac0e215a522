"""GET and HEAD of an object."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import BinaryIO, cast

from flask import Response, request
from werkzeug.wsgi import wrap_file

from cytotheca.core.api.object_errors import error_answer
from cytotheca.core.domain.byte_ranges import (
    CONDITION_HEADERS,
    Representation,
    Selection,
    Verdict,
    content_range,
    select_bytes,
)
from cytotheca.core.domain.downloads import BYTES_TYPE, attachment, content_type
from cytotheca.core.storage.layout import Artifact, parse_key
from cytotheca.core.storage.local_objects import OpenObject
from cytotheca.core.storage.objects import ObjectInfo, ObjectRef
from cytotheca.core.storage.refusals import Refusal

BLOCK_BYTES = 256 * 1024
CACHE_SECONDS = 60  # how long an object stays visible after it was made private


class FileSlice:
    """The next ``left`` bytes of an open file.

    Keeps ``fileno``, so that servers that can will use ``sendfile``; those
    count the bytes by Content-Length themselves.
    """

    def __init__(self, file: BinaryIO, left: int) -> None:
        self._file = file
        self._left = left
        self.fileno = file.fileno
        self.close = file.close

    def read(self, size: int = BLOCK_BYTES) -> bytes:
        """Return up to ``size`` bytes; none at the end of the slice."""
        data = self._file.read(min(size, self._left))
        self._left -= len(data)
        return data


def answer_bytes(opened: OpenObject, filename: str | None) -> Response:
    """Answer with the bytes that the request's range and conditions select.

    Takes over the open file.
    """
    info = opened.info
    selection = select_bytes(_conditions(), _representation(info))
    match selection.verdict:
        case Verdict.WHOLE | Verdict.PART:
            answer = _file_answer(opened, selection)
        case Verdict.NOT_MODIFIED:
            opened.file.close()
            answer = Response(status=HTTPStatus.NOT_MODIFIED)
        case Verdict.PRECONDITION_FAILED:
            opened.file.close()
            return error_answer(
                HTTPStatus.PRECONDITION_FAILED,
                Refusal.PRECONDITION_FAILED,
                "the object is not in the state that the request demands",
            )
        case Verdict.UNSATISFIABLE:
            opened.file.close()
            return _unsatisfiable(selection, info)
    return _described(answer, info, filename)


def answer_by_front_server(info: ObjectInfo, filename: str | None, prefix: str) -> Response:
    """Leave ranges, conditions and bytes to the server in front (``X-Accel-Redirect``)."""
    answer = Response()
    answer.headers["X-Accel-Redirect"] = f"{prefix.rstrip('/')}/{info.ref.bucket}/{info.ref.key}"
    return _described(answer, info, filename)


def _file_answer(opened: OpenObject, selection: Selection) -> Response:
    length = selection.stop - selection.start
    if request.method == "HEAD":
        opened.file.close()
        answer = Response()
    else:
        opened.file.seek(selection.start)
        piece = cast("BinaryIO", FileSlice(opened.file, length))  # as much of one as is used
        answer = Response(wrap_file(request.environ, piece, BLOCK_BYTES), direct_passthrough=True)
    answer.content_length = length
    if selection.verdict is Verdict.PART:
        answer.status_code = HTTPStatus.PARTIAL_CONTENT
        answer.headers["Content-Range"] = content_range(selection, opened.info.size_bytes)
    return answer


def _described(answer: Response, info: ObjectInfo, filename: str | None) -> Response:
    answer.set_etag(info.etag)
    answer.last_modified = info.modified
    answer.headers["Accept-Ranges"] = "bytes"
    answer.content_type, disposition = _type_and_disposition(info.ref, filename)
    if disposition:
        answer.headers["Content-Disposition"] = disposition
    scope = "public" if info.public else "private"
    answer.headers["Cache-Control"] = f"{scope}, max-age={CACHE_SECONDS}, no-transform"
    return answer


def _type_and_disposition(ref: ObjectRef, filename: str | None) -> tuple[str, str | None]:
    """Show our own previews in place; whatever came from users is to be saved."""
    artifact, resource_id = parse_key(ref.key)
    if filename:
        return content_type(filename), attachment(filename)
    if artifact is Artifact.PREVIEW:
        return "image/jpeg", None
    return BYTES_TYPE, attachment(resource_id)


def _unsatisfiable(selection: Selection, info: ObjectInfo) -> Response:
    answer = error_answer(
        HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
        Refusal.INVALID_RANGE,
        f"the object has {info.size_bytes} bytes",
    )
    answer.headers["Content-Range"] = content_range(selection, info.size_bytes)
    return answer


def _representation(info: ObjectInfo) -> Representation:
    return Representation(etag=info.etag, modified=info.modified, size_bytes=info.size_bytes)


def _conditions() -> Mapping[str, str]:
    return {name: request.headers[name] for name in CONDITION_HEADERS if name in request.headers}
