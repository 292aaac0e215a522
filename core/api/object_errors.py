"""Refusals of the object gateway, in the small XML that S3 clients read."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response, request
from lxml import etree
from werkzeug.exceptions import HTTPException

from cytotheca.core.domain.errors import ActionError
from cytotheca.core.storage.refusals import Refusal, TransferRefused

MAX_DRAINED_BYTES = 8 * 1024**2

_STATUS = {
    Refusal.ACCESS_DENIED: HTTPStatus.FORBIDDEN,
    Refusal.NO_SUCH_KEY: HTTPStatus.NOT_FOUND,
    Refusal.NO_SUCH_UPLOAD: HTTPStatus.NOT_FOUND,
    Refusal.INVALID_RANGE: HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
    Refusal.MISSING_CONTENT_LENGTH: HTTPStatus.LENGTH_REQUIRED,
    Refusal.OPERATION_ABORTED: HTTPStatus.CONFLICT,
    Refusal.OBJECT_EXISTS: HTTPStatus.CONFLICT,
    Refusal.PRECONDITION_FAILED: HTTPStatus.PRECONDITION_FAILED,
}  # the others are bad requests


def answer_refusal(refused: TransferRefused) -> Response:
    """Answer a refused transfer."""
    status = _STATUS.get(refused.refusal, HTTPStatus.BAD_REQUEST)
    return error_answer(status, refused.refusal.value, str(refused))


def answer_action_error(error: ActionError) -> Response:
    """Answer an error of the layers below, such as a full disk."""
    return error_answer(error.status, type(error).__name__, str(error) or error.prefix)


def error_answer(status: int, code: str, message: str) -> Response:
    """Return ``<Error>`` with code and message."""
    _drain_request()
    root = etree.Element("Error")
    etree.SubElement(root, "Code").text = code
    etree.SubElement(root, "Message").text = message
    answer = xml_answer(root, status)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def xml_answer(root: etree._Element, status: int = HTTPStatus.OK) -> Response:
    """Return an XML document as an answer."""
    body = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return Response(body, status, content_type="application/xml")


def _drain_request() -> None:
    """Take in the rest of a small body.

    Closing a connection with unread bytes resets it, and the client may never
    see why it was refused.
    """
    left = MAX_DRAINED_BYTES
    if (request.content_length or 0) > left:
        return
    try:
        while left > 0 and (block := request.stream.read(min(left, 64 * 1024))):
            left -= len(block)
    except (OSError, HTTPException):
        return
