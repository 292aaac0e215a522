"""What people typed into a form that came too late is given back to them.

Only to forms that one of our own pages sent: another site could make somebody
send what they did not write.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flask import Response, g, request
from werkzeug.exceptions import HTTPException

from cytotheca.core.http.csrf import FIELD
from cytotheca.core.web.page_reading import show

SECRET: Final = ("password", "key", "token")
MAX_FIELDS: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class AgainPage:
    """Variables of ``forms/again.html``; ``fields`` are names and texts of the form."""

    fields: Sequence[tuple[str, str]]
    known: bool
    with_files: bool


def form_again(*, known: bool) -> Response | None:
    """Return the page with the form's texts, or None where they should not be repeated."""
    if request.method != "POST" or request.headers.get("Sec-Fetch-Site") != "same-origin":
        return None
    g.forget_uploads = True
    try:
        fields = [(key, text) for key, text in request.form.items(multi=True) if key != FIELD]
    except HTTPException:  # too large, or broken: then there is nothing to give back
        return None
    secret = any(word in key for key, _ in fields for word in SECRET if key != "extra_key")
    if secret or not fields or len(fields) > MAX_FIELDS:
        return None
    page = AgainPage(fields=fields, known=known, with_files=bool(request.files))
    return show("forms/again.html", page, 400)
