"""The gateway to a local object store: ``/objects/<bucket>/<key>``.

It speaks the part of S3 that DCOR's clients use. The URL is the only
credential: cookies, ``Authorization`` and ``X-CKAN-API-Key`` are not looked
at, since clients send them along when they follow a redirect.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Blueprint, Response, request

from cytotheca.core.api.object_errors import answer_action_error, answer_refusal
from cytotheca.core.api.object_reads import answer_by_front_server, answer_bytes
from cytotheca.core.api.object_writes import complete_upload, put_object, put_part
from cytotheca.core.domain.errors import ActionError, NotFound
from cytotheca.core.storage.layout import parse_ref
from cytotheca.core.storage.local import LocalStore
from cytotheca.core.storage.object_urls import FILENAME, UPLOAD_ID
from cytotheca.core.storage.objects import MayReplace, ObjectRef
from cytotheca.core.storage.refusals import Refusal, TransferRefused
from cytotheca.core.storage.signing import SignatureState

_SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
_CORS_HEADERS = {
    # The URL is the credential and no cookie counts, so any page may use it.
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "Accept-Ranges, Content-Disposition, Content-Length, Content-Range, ETag, Last-Modified"
    ),
}
_PREFLIGHT_HEADERS = {
    "Access-Control-Allow-Methods": "GET, HEAD, PUT, POST",
    "Access-Control-Allow-Headers": "Content-Type, If-Match, If-None-Match, If-Range, Range",
    "Access-Control-Max-Age": "86400",
}
_DENIALS = {
    SignatureState.ABSENT: "the object is not public; its URL must be signed",
    SignatureState.EXPIRED: "the URL has expired; ask for a new one",
    SignatureState.INVALID: "the signature of the URL does not fit",
}


@contextmanager
def anything_may_be_replaced(_ref: ObjectRef) -> Iterator[bool]:
    """Allow every write; for sites and tests without registered resources."""
    yield True


def objects_blueprint(
    store: LocalStore,
    *,
    may_replace: MayReplace = anything_may_be_replaced,
    accel_prefix: str | None = None,
) -> Blueprint:
    """Serve the objects of a local store.

    ``accel_prefix`` is the internal location under which the server in front
    has the store's folder ``objects``. Exempt the blueprint from CSRF checks.
    """
    blueprint = Blueprint("objects", __name__)
    path = "/objects/<bucket>/<path:key>"

    @blueprint.get(path, provide_automatic_options=False)
    def read_object(bucket: str, key: str) -> Response:
        ref = _parse(bucket, key)
        return _read(store, ref, accel_prefix)

    @blueprint.put(path, provide_automatic_options=False)
    def write_object(bucket: str, key: str) -> Response:
        ref = _parse(bucket, key)
        _require_signature(store, ref)
        if UPLOAD_ID in request.args:
            return put_part(store, ref)
        return put_object(store, ref, may_replace)

    @blueprint.post(path, provide_automatic_options=False)
    def complete_object(bucket: str, key: str) -> Response:
        ref = _parse(bucket, key)
        _require_signature(store, ref)
        return complete_upload(store, ref, may_replace)

    @blueprint.route(path, methods=["OPTIONS"])
    def allow_other_origins(bucket: str, key: str) -> Response:  # noqa: ARG001 - of the URL
        return Response(status=204, headers=_PREFLIGHT_HEADERS)

    blueprint.register_error_handler(TransferRefused, answer_refusal)
    blueprint.register_error_handler(ActionError, answer_action_error)
    blueprint.after_request(_with_safe_headers)
    return blueprint


def _read(store: LocalStore, ref: ObjectRef, accel_prefix: str | None) -> Response:
    state = store.urls.check(request.method, ref, _query())
    try:
        opened = store.open_object(ref)
    except NotFound as error:
        if state is SignatureState.VALID:
            raise TransferRefused(Refusal.NO_SUCH_KEY, "there is no such object") from error
        raise _denied(state) from error  # strangers do not learn which objects exist
    signed = state is SignatureState.VALID
    if not signed and not opened.info.public:
        opened.file.close()
        raise _denied(state)
    filename = request.args.get(FILENAME) if signed else None
    if accel_prefix is None:
        return answer_bytes(opened, filename)
    opened.file.close()
    return answer_by_front_server(opened.info, filename, accel_prefix)


def _parse(bucket: str, key: str) -> ObjectRef:
    try:
        return parse_ref(bucket, key)
    except ValueError as error:
        raise TransferRefused(Refusal.NO_SUCH_KEY, "no object can have this name") from error


def _require_signature(store: LocalStore, ref: ObjectRef) -> None:
    state = store.urls.check(request.method, ref, _query())
    if state is not SignatureState.VALID:
        raise _denied(state)


def _query() -> list[tuple[str, str]]:
    return list(request.args.items(multi=True))


def _denied(state: SignatureState) -> TransferRefused:
    return TransferRefused(Refusal.ACCESS_DENIED, _DENIALS.get(state, "access denied"))


def _with_safe_headers(answer: Response) -> Response:
    answer.headers.update(_SAFE_HEADERS | _CORS_HEADERS)
    return answer
