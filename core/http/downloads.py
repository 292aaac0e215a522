"""Answers that send a client to a stored object."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response, redirect, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wsgi import wrap_file

from cytotheca.core.domain.downloads import attachment, content_type
from cytotheca.core.domain.errors import NotFound
from cytotheca.core.runtime.site import Site
from cytotheca.core.storage.objects import ObjectRef

PUBLIC_S = 24 * 3600
PRIVATE_S = 3600


def redirect_to_object(
    site: Site, ref: ObjectRef, *, filename: str | None, public: bool
) -> Response:
    """Redirect to a signed address of an object; the address sets the file's name.

    Addresses of private files live for an hour, those of public ones for a day.
    """
    lifetime_s = PUBLIC_S if public else PRIVATE_S
    signed = site.store.sign_download(ref, lifetime_s=lifetime_s, filename=filename)
    response = redirect(signed.url, code=302)
    response.headers["Cache-Control"] = "private, no-store"
    return response  # type: ignore[return-value]


def send_object(site: Site, ref: ObjectRef, *, filename: str | None) -> Response:
    """Answer with an object's bytes, or a range of them, so that its address stays unknown.

    This keeps a thread busy as long as the client reads; it is for the few who must not
    learn the address. Without a name the object is a preview, to be shown in place.
    """
    info = site.store.stat(ref)
    if info is None:
        raise NotFound
    body = () if request.method == "HEAD" else wrap_file(request.environ, site.store.open(ref))
    response = Response(body, direct_passthrough=True)
    response.content_length = info.size_bytes
    response.content_type = content_type(filename) if filename else "image/jpeg"
    response.set_etag(info.etag)
    response.last_modified = info.modified
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    if filename:
        response.headers["Content-Disposition"] = attachment(filename)
    try:
        response.make_conditional(request, accept_ranges=True, complete_length=info.size_bytes)
    except RequestedRangeNotSatisfiable as error:
        response.close()
        return Response(
            status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers=dict(error.get_headers())
        )
    return response


def not_found(text: str) -> Response:
    """Answer 404 with a plain sentence, for programs and people alike."""
    return Response(text, status=404, content_type="text/plain; charset=utf-8")
