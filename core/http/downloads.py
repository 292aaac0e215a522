"""Answers that send a client to a stored object."""

from __future__ import annotations

from flask import Response, redirect

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


def not_found(text: str) -> Response:
    """Answer 404 with a plain sentence, for programs and people alike."""
    return Response(text, status=404, content_type="text/plain; charset=utf-8")
