"""The page of a dataset that was public and was withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, jsonify, make_response, request

from cytotheca.core.domain.errors import NotFound
from cytotheca.core.runtime.site import Site
from cytotheca.core.web.page_reading import page_reading, show, wants_json

GONE = 410
REF_NAMES = ("ref", "dataset", "dataset_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class TombstonePage:
    """Variables of ``package/tombstone.html``."""

    tombstone: Mapping[str, Any]


def tombstone_page(site: Site) -> Response | None:
    """Return the answer to a request for anything of a withdrawn dataset, None for others."""
    given = request.view_args or {}
    ref = next((str(given[name]) for name in REF_NAMES if name in given), None)
    is_about_dataset = request.path.startswith("/dataset/") or "dataset_id" in given
    if ref is None or not is_about_dataset:
        return None
    try:
        with page_reading(site) as context:
            found = context.call("dataset_tombstone_show", {"id": ref})
    except NotFound:
        return None
    if wants_json():
        told = {"message": "This dataset was withdrawn.", "code": GONE, "dataset": found}
        response = make_response(jsonify(error=told), GONE)
    else:
        response = show("package/tombstone.html", TombstonePage(tombstone=found), GONE)
    response.headers["X-Robots-Tag"] = "noindex"
    return response
