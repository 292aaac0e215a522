"""Error pages; they never repeat text of the request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import structlog
from flask import Flask, Response, g, jsonify, make_response, render_template
from werkzeug.exceptions import (
    BadRequest,
    Forbidden,
    HTTPException,
    InternalServerError,
    NotFound,
    ServiceUnavailable,
    TooManyRequests,
)

from cytotheca.core.domain import errors
from cytotheca.core.http.csrf import FormExpired
from cytotheca.core.http.identity import current_identity
from cytotheca.core.runtime.site import Site
from cytotheca.core.settings.site import AuthSettings
from cytotheca.core.web.form_again import form_again
from cytotheca.core.web.page_reading import wants_json
from cytotheca.core.web.renamed import renamed_page
from cytotheca.core.web.tombstone_page import tombstone_page

log = structlog.get_logger(__name__)

SERVER_FAULT: Final = 500
_TITLES: Final = {
    400: "This request could not be understood",
    403: "You may not do this",
    404: "Page not found",
    405: "This address does not work that way",
    410: "This is gone",
    413: "That is too much at once",
    429: "Too many attempts",
    500: "Something went wrong on our side",
    503: "The site is busy",
}
_TEXTS: Final = {
    404: "There is nothing here, or you may not see it.",
    500: "The fault is noted. Please try again in a moment.",
    503: "A part of the site does not answer at the moment. Please try again soon.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """What the application needs of the pages: how to answer errors."""

    site: Site

    def error_page(self, error: HTTPException) -> Response:
        """Return the page of an HTTP error, or a small JSON object to programs."""
        if error.response is not None:
            return make_response(error.response)
        code = error.code or SERVER_FAULT
        text = _text(error, code)
        if isinstance(error, FormExpired) and not wants_json():
            again = form_again(known=current_identity(self.site).user_id is not None)
            if again is not None:
                return again
        if wants_json():
            answer = make_response(jsonify(error={"message": text, "code": code}), code)
        else:
            answer = make_response(_page(code, text), code)
        retry = getattr(error, "retry_after", None)
        if isinstance(retry, int):
            answer.headers["Retry-After"] = str(retry)
        answer.headers.extend((key, value) for key, value in error.get_headers() if key == "Allow")
        return answer


def answer_errors(app: Flask, site: Site, pages: Pages) -> None:
    """Turn refusals of actions into pages."""

    def refuse(error: errors.ActionError) -> Response:
        if isinstance(error, errors.NotAuthorized | errors.NotFound):
            withdrawn = tombstone_page(site)
            other = withdrawn or renamed_page(site)
            if other is not None:
                return other
        return pages.error_page(http_error(error, site))

    app.register_error_handler(errors.ActionError, refuse)


def http_error(error: errors.ActionError, site: Site) -> HTTPException:
    """Return the HTTP error of a refusal; what may not be seen does not exist."""
    if isinstance(error, errors.NotAuthorized):
        reveal = site.settings(AuthSettings).reveal_private_datasets
        return Forbidden() if reveal else NotFound()
    if isinstance(error, errors.NotFound):
        return NotFound()
    if isinstance(error, errors.TooManyRequests):
        return TooManyRequests(str(error), retry_after=error.retry_after_s)
    if isinstance(error, errors.SearchUnavailable):
        return ServiceUnavailable()
    if isinstance(error, errors.ValidationError | errors.SearchError | errors.SearchQueryError):
        return BadRequest("A value in the address or the form cannot be used.")
    log.error("A page was refused unexpectedly.", error=repr(error))
    return InternalServerError()


def _text(error: HTTPException, code: int) -> str:
    own = error.description
    if own and own != type(error).description and code < SERVER_FAULT:
        return str(own)
    return _TEXTS.get(code) or type(error).description or ""


def _page(code: int, text: str) -> str:
    title = _TITLES.get(code, "This did not work")
    # With a fault of ours the page must not need what may be broken.
    template = "error_document_plain.html" if code >= SERVER_FAULT else "error_document.html"
    reference = g.get("request_id", "") if code >= SERVER_FAULT else ""
    return render_template(template, code=code, title=title, text=text, reference=reference)
