"""``/sitemap.xml``: where the public pages are, for search engines; in parts, streamed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from xml.sax.saxutils import escape

from flask import Blueprint, Response, abort

from cytotheca.core.actions.harvest import sitemap_parts
from cytotheca.core.feeds.answers import public_reading, stream
from cytotheca.core.runtime.site import Site
from cytotheca.core.runtime.unit_of_work import reading
from cytotheca.core.settings.site import SiteSettings

PART: Final = 50_000  # the most that a part may have
BLOCK: Final = 1000
_NAMESPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XML: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_GROUPS: Final = {"organization_list": "/organization/", "group_list": "/group/"}


def sitemap_blueprint(site: Site) -> Blueprint:
    """Serve the index of the sitemap and its parts."""
    blueprint = Blueprint("sitemap", __name__)
    site_url = site.settings(SiteSettings).site_url

    @blueprint.get("/sitemap.xml")
    def index() -> Response:
        with public_reading(site) as context:
            parts = sitemap_parts(context, PART)
        lines = [f'{_XML}<sitemapindex xmlns="{_NAMESPACE}">\n']
        lines += [_entry("sitemap", f"{site_url}/sitemap/pages.xml")]
        lines += [
            _entry("sitemap", f"{site_url}/sitemap/datasets-{number}.xml", changed)
            for number, changed in parts
        ]
        return stream(iter([*lines, "</sitemapindex>\n"]), "application/xml")

    @blueprint.get("/sitemap/pages.xml")
    def pages() -> Response:
        return stream(_urlset(_page_entries(site)), "application/xml")

    @blueprint.get("/sitemap/datasets-<int(max=40000):number>.xml")
    def datasets(number: int) -> Response:
        with public_reading(site) as context:
            known = dict(sitemap_parts(context, PART))
        if number not in known:
            abort(404)
        return stream(_urlset(_dataset_entries(site, number)), "application/xml")

    return blueprint


def _urlset(entries: Iterator[str]) -> Iterator[str]:
    yield f'{_XML}<urlset xmlns="{_NAMESPACE}">\n'
    yield from entries
    yield "</urlset>\n"


def _page_entries(site: Site) -> Iterator[str]:
    """Yield the pages that are no datasets."""
    site_url = site.settings(SiteSettings).site_url
    yield _entry("url", f"{site_url}/")
    for action, path in _GROUPS.items():
        offset = 0
        while True:
            with reading(site, via="web") as context:
                names = context.call(action, {"limit": BLOCK, "offset": offset, "sort": "name asc"})
            yield from (_entry("url", f"{site_url}{path}{name}") for name in names)
            if len(names) < BLOCK:
                break
            offset += BLOCK


def _dataset_entries(site: Site, number: int) -> Iterator[str]:
    """Yield the datasets of a part, a block per transaction."""
    site_url = site.settings(SiteSettings).site_url
    after: int | None = number * PART - 1 if number else 0
    while after is not None:
        asked = {"after": after, "last": (number + 1) * PART - 1, "limit": BLOCK}
        with reading(site, via="web") as context:
            page = context.call("dataset_changes", {**asked, "only_public": True})
        for row in page["results"]:
            yield _entry("url", f"{site_url}/dataset/{row['name']}", row["metadata_modified"])
        after = page["next"]


def _entry(kind: str, url: str, changed: str | None = None) -> str:
    modified = f"<lastmod>{changed}Z</lastmod>" if changed else ""
    return f"<{kind}><loc>{escape(url)}</loc>{modified}</{kind}>\n"
