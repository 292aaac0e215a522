"""How programs are answered: with a validator, so that what is unchanged is not sent again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Response, g, request
from werkzeug.exceptions import BadRequest

from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.site import Site
from cytotheca.core.runtime.unit_of_work import reading

MOST_PAGES = 1_000_000


@contextmanager
def public_reading(site: Site) -> Iterator[Context]:
    """Give a context of nobody in particular: harvesters see what is public, whoever they are."""
    with reading(site, via="web", request_id=g.get("request_id")) as context:
        yield context


def answer(text: str | bytes, media_type: str, *, filename: str = "") -> Response:
    """Return a text with its ETag; 304 to those who have it, no body to HEAD."""
    response = Response(text, content_type=_with_charset(media_type))
    if filename:
        response.headers.set("Content-Disposition", "inline", filename=filename)
    response.headers["Cache-Control"] = "private, no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


def stream(blocks: Iterator[str], media_type: str) -> Response:
    """Return a text as it is made; HEAD makes nothing of it."""
    body = iter(()) if request.method == "HEAD" else blocks
    response = Response(body, content_type=_with_charset(media_type))
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def asked_page() -> int:
    """Return the page that the address asks for, from 1."""
    text = request.args.get("page", "1")
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MOST_PAGES):
        raise BadRequest("There is no such page.")
    return int(text)


def _with_charset(media_type: str) -> str:
    return f"{media_type}; charset=utf-8"
