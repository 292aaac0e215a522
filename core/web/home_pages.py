"""The front page and the pages of the house."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from flask import (
    Blueprint,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
)

from cytotheca.core.citation.formats import OFFERED, catalog_path
from cytotheca.core.domain.errors import ActionError, NotFound
from cytotheca.core.models.base import utc_now
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.site import Site
from cytotheca.core.settings.site import SiteSettings
from cytotheca.core.settings.texts import TextSettings
from cytotheca.core.web.page_reading import page_reading, show

NEWEST: Final = 6
FEATURED: Final = 6
SECURITY_TEXT_LASTS: Final = timedelta(days=180)

Shown = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePage:
    """Variables of ``home/index.html``.

    ``datasets`` None says the search is away or knows of no dataset yet.
    """

    datasets: Sequence[Shown] | None
    dataset_count: int
    circles: Sequence[Shown]
    circle_count: int
    collections: Sequence[Shown]
    collection_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPage:
    """Variables of the pages of text; ``text`` is the operator's own Markdown."""

    text: str = ""
    contact: str = ""


TEXT_PAGES: Final = ("about", "contact", "imprint", "privacy", "docs")
"""Fields of the settings of texts, and the addresses of their pages."""


def home_blueprint(site: Site) -> Blueprint:
    """Serve the front page, pages of text, and what robots may read."""
    blueprint = Blueprint("home", __name__)

    @blueprint.get("/")
    def index() -> Response:
        catalog = catalog_path(request.accept_mimetypes.best_match(OFFERED))
        if catalog:
            return redirect(catalog, code=303)  # type: ignore[return-value]
        with page_reading(site) as context:
            page = home_page(context)
        return show("home/index.html", page)

    for name in TEXT_PAGES:
        blueprint.add_url_rule(f"/{name}", name, _text_view(site, name))

    @blueprint.get("/.well-known/security.txt")
    def security() -> Response:
        return _security_text(site)

    @blueprint.get("/robots.txt")
    def robots() -> Response:
        has_sitemap = any(rule.rule == "/sitemap.xml" for rule in current_app.url_map.iter_rules())
        text = render_template("home/robots.txt", has_sitemap=has_sitemap)
        answer = make_response(text)
        answer.mimetype = "text/plain"
        return answer

    return blueprint


def home_page(context: Context) -> HomePage:
    """Return the variables of the front page."""
    circles, circle_count = _most_filled(context, "organization_list")
    collections, collection_count = _most_filled(context, "group_list")
    datasets, count = _newest(context)
    return HomePage(
        datasets=datasets,
        dataset_count=count,
        circles=circles,
        circle_count=circle_count,
        collections=collections,
        collection_count=collection_count,
    )


def _newest(context: Context) -> tuple[Sequence[Shown] | None, int]:
    try:
        found = context.call(
            "package_search",
            {
                "rows": NEWEST,
                "sort": "metadata_created desc",
                "facet": False,
            },
        )
    except ActionError:
        return None, 0
    if not found["count"] and not context.site.search.is_complete():
        return None, 0
    return found["results"], found["count"]


def _most_filled(context: Context, action: str) -> tuple[Sequence[Shown], int]:
    """Return those with the most datasets, and how many there are in all."""
    wanted = {"all_fields": True, "sort": "package_count desc", "limit": FEATURED}
    try:
        listed: Sequence[Shown] = context.call(action, wanted)
    except ActionError:  # the site may hide its content from strangers
        return [], 0
    return listed, context.work.totals[action]


def _text_view(site: Site, name: str) -> Any:
    def read() -> Response:
        texts = site.settings(TextSettings)
        page = TextPage(text=getattr(texts, name), contact=texts.contact_email)
        return show(f"home/{name}.html", page)

    read.__doc__ = f"Show the page ``/{name}``."
    return read


def _security_text(site: Site) -> Response:
    """Tell where weaknesses of the site are reported (RFC 9116), if it names an address."""
    contact = site.settings(TextSettings).contact_email
    if not contact:
        raise NotFound
    base = site.settings(SiteSettings).site_url
    lines = (
        f"Contact: mailto:{contact}",
        f"Expires: {utc_now() + SECURITY_TEXT_LASTS:%Y-%m-%dT00:00:00Z}",
        f"Canonical: {base}/.well-known/security.txt",
    )
    answer = make_response("\n".join((*lines, "")))
    answer.mimetype = "text/plain"
    return answer
