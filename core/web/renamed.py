"""Addresses with the name that a dataset, circle or collection had before."""

from __future__ import annotations

from flask import Response, redirect, request, url_for

from cytotheca.core.domain.errors import NotAuthorized, NotFound
from cytotheca.core.runtime.site import Site
from cytotheca.core.web.page_reading import page_reading

REF_NAMES = ("ref", "dataset")
KINDS = {"dataset": "dataset", "organization": "group", "group": "group"}
"""First part of the address → kind of what is named in it."""


def renamed_page(site: Site) -> Response | None:
    """Return the redirection to the present name, None if there is no such thing."""
    given = request.view_args or {}
    key = next((name for name in REF_NAMES if name in given), None)
    kind = KINDS.get(request.path.split("/")[1])
    if key is None or kind is None or request.endpoint is None:
        return None
    if request.method not in {"GET", "HEAD"}:
        return None
    try:
        with page_reading(site) as context:
            found = context.call("former_name_show", {"kind": kind, "name": given[key]})
    except (NotAuthorized, NotFound):
        return None
    path = url_for(request.endpoint, **{**given, key: found["name"]})
    query = request.query_string.decode("ascii", "ignore")
    return redirect(f"{path}?{query}" if query else path, code=301)  # type: ignore[return-value]
