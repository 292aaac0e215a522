"""Citations of a dataset, and the links by which programs find what belongs to it."""

from __future__ import annotations

import json

from flask import Blueprint, Response, abort

from cytotheca.core.actions.citation import citable_dataset
from cytotheca.core.citation import ro_crate
from cytotheca.core.citation.formats import FORMATS
from cytotheca.core.citation.signposting import LINKSET, MOST_ITEMS, linkset, list_links
from cytotheca.core.feeds.answers import answer
from cytotheca.core.feeds.files import all_resources
from cytotheca.core.http.callers import caller_reading
from cytotheca.core.runtime.site import Site
from cytotheca.core.settings.site import SiteSettings


def citations_blueprint(site: Site) -> Blueprint:
    """Serve ``/dataset/<id>/cite/<format>``, ``…/linkset`` and ``…/ro-crate-metadata.json``."""
    blueprint = Blueprint("citations", __name__)

    @blueprint.get("/dataset/<ref>/cite/<name>")
    def cite(ref: str, name: str) -> Response:
        if name not in FORMATS:
            abort(404)
        with caller_reading(site) as context:
            cited = context.call("dataset_citation", {"id": ref, "format": name})
        return answer(cited["text"], cited["media_type"], filename=cited["filename"])

    @blueprint.get("/dataset/<ref>/linkset")
    def links(ref: str) -> Response:
        with caller_reading(site) as context:
            record = citable_dataset(context, ref)
            resources = all_resources(context, record.id, most=MOST_ITEMS)
        base = f"{site.settings(SiteSettings).site_url}/dataset/{record.name}"
        text = json.dumps(linkset(list_links(record, base), base, resources), ensure_ascii=False)
        return answer(text, LINKSET)

    @blueprint.get(f"/dataset/<ref>/{ro_crate.FILE_NAME}")
    def crate(ref: str) -> Response:
        with caller_reading(site) as context:
            record = citable_dataset(context, ref)
            resources = all_resources(context, record.id, most=MOST_ITEMS)
        page_url = f"{site.settings(SiteSettings).site_url}/dataset/{record.name}"
        described = ro_crate.describe_crate(record, resources, page_url=page_url)
        text = json.dumps(described, ensure_ascii=False, indent=2)
        return answer(text, ro_crate.MEDIA_TYPE, filename=ro_crate.FILE_NAME)

    return blueprint
