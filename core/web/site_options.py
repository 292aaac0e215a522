"""Title, texts, logo, theme and style of the pages follow the options of the running site."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import structlog
from flask import Blueprint, Flask, Response, request

from cytotheca.core.domain.images import STORED_NAME
from cytotheca.core.runtime.options import follow_options
from cytotheca.core.runtime.site import Site
from cytotheca.core.settings.declare import SettingError
from cytotheca.core.settings.site import SiteSettings
from cytotheca.core.settings.texts import TextSettings
from cytotheca.core.settings.themes import Theme, load_themes
from cytotheca.core.web.assets import Assets
from cytotheca.core.web.template_loader import LayeredLoader

log = structlog.get_logger(__name__)

UNTOUCHED: Final = ("/assets/", "/objects/", "/health/", "/uploads/")
STYLE_PATH: Final = "/site.css"


def follow_site_options(app: Flask, site: Site, assets: Assets) -> None:
    """Have every request see the present options, and set up pages as they are now."""
    _apply(app, site, assets)
    applied: list[str | None] = [None]

    @app.before_request
    def follow() -> None:
        if request.path.startswith(UNTOUCHED):
            return
        stamp = follow_options(site)
        if stamp != applied[0]:
            _apply(app, site, assets)
            applied[0] = stamp

    app.register_blueprint(_style_blueprint(site))


def _apply(app: Flask, site: Site, assets: Assets) -> None:
    settings, texts = site.settings(SiteSettings), site.settings(TextSettings)
    themes = _themes(settings.theme, assets)
    if app.jinja_loader is None or themes != assets.themes:
        assets.use_themes(themes)
        folders = [one.templates for one in site.plugins if one.templates is not None]
        app.jinja_loader = LayeredLoader([*folders, *(one.folder / "templates" for one in themes)])
        if app.jinja_env.cache is not None:
            app.jinja_env.cache.clear()
    app.jinja_env.globals.update(_globals(settings, texts))


def _themes(name: str, assets: Assets) -> Sequence[Theme]:
    """Return the themes of a name; while pages run, one that has gone is not worth an outage."""
    try:
        return load_themes(name)
    except SettingError as error:
        if not assets.themes:
            raise
        log.warning("The theme stays as it is.", error=str(error))
        return assets.themes


def _globals(settings: SiteSettings, texts: TextSettings) -> dict[str, Any]:
    logo = texts.logo
    return {
        "site_title": settings.site_title,
        "site_description": settings.site_description,
        "site_url": settings.site_url,
        "site_logo": f"/uploads/admin/{logo}" if STORED_NAME.fullmatch(logo) else logo,
        "site_intro": texts.intro,
        "site_style": STYLE_PATH if texts.custom_css else "",
    }


def _style_blueprint(site: Site) -> Blueprint:
    blueprint = Blueprint("site_style", __name__)

    @blueprint.get(STYLE_PATH)
    def style() -> Response:
        answer = Response(site.settings(TextSettings).custom_css, mimetype="text/css")
        answer.headers["Cache-Control"] = "no-cache"
        answer.add_etag()
        answer.make_conditional(request)
        return answer

    return blueprint
