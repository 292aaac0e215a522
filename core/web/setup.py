"""Prepares the application for pages: templates, static files, headers, errors."""

from __future__ import annotations

from functools import partial
from types import SimpleNamespace
from typing import Any

from flask import Flask
from jinja2 import StrictUndefined, Undefined

from cytotheca.core.domain import markdown, references
from cytotheca.core.domain.errors import InsufficientStorage
from cytotheca.core.http.csrf import csrf_token
from cytotheca.core.http.identity import current_identity
from cytotheca.core.runtime.site import Site
from cytotheca.core.settings.declare import find_zone
from cytotheca.core.settings.site import WebSettings
from cytotheca.core.web import formatting
from cytotheca.core.web.assets import Assets, assets_blueprint
from cytotheca.core.web.error_pages import Pages, answer_errors
from cytotheca.core.web.headers import csp_nonce, send_headers
from cytotheca.core.web.images import own_picture
from cytotheca.core.web.site_options import follow_site_options

EXTENSION = "cytotheca_pages"


def prepare_pages(app: Flask, site: Site) -> None:
    """Set up all that pages need; blueprints are registered by the caller."""
    assets = Assets(themes=(), plugins=site.plugins)
    app.jinja_options = {
        **app.jinja_options,
        "extensions": ["jinja2.ext.i18n"],
        "undefined": StrictUndefined if app.testing else Undefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
    }
    app.jinja_env.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.globals.update(
        h=SimpleNamespace(**_helpers(site, assets)),
        csrf_token=csrf_token,
        csp_nonce=csp_nonce,
        current_user=_CurrentUser(site),
    )
    follow_site_options(app, site, assets)
    app.register_blueprint(assets_blueprint(assets))
    pages = Pages(site=site)
    app.extensions[EXTENSION] = pages
    answer_errors(app, site, pages)
    send_headers(app, site)


class _CurrentUser:
    """The caller, as templates see it; looked up when first needed."""

    def __init__(self, site: Site) -> None:
        self._site = site

    @property
    def is_authenticated(self) -> bool:
        """Whether the caller has an account."""
        return current_identity(self._site).user_id is not None

    @property
    def name(self) -> str:
        """The name of the account, empty for others."""
        return current_identity(self._site).name

    @property
    def sysadmin(self) -> bool:
        """Whether the caller may do everything."""
        return current_identity(self._site).sysadmin


def _helpers(site: Site, assets: Assets) -> dict[str, Any]:
    """Return the functions for templates; those of plugins replace ours of the same name."""
    enabled = frozenset(plugin.name for plugin in site.plugins)
    zone = find_zone(site.settings(WebSettings).display_timezone)
    helpers: dict[str, Any] = {
        "asset": assets.url,
        "stylesheets": assets.stylesheets,
        "scripts": assets.scripts,
        "plugin_enabled": lambda name: name in enabled,
        "render_markdown": markdown.render_markdown,
        "excerpt": markdown.plain_excerpt,
        "format_bytes": formatting.format_bytes,
        "format_number": formatting.format_number,
        "format_date": partial(formatting.format_date, zone=zone),
        "exact_time": partial(formatting.exact_time, zone=zone),
        "total_size": formatting.total_size,
        "formats_of": formatting.formats_of,
        "list_authors": formatting.list_authors,
        "join_names": formatting.join_names,
        "publication_year": formatting.publication_year,
        "doi_url": references.doi_url,
        "own_picture": own_picture(site),
        "uploads_fit": lambda: _uploads_fit(site),
        "is_web_address": references.is_web_address,
        "dataset_facts": _no_facts,
        "resource_facts": _no_facts,
        "dataset_picture": _no_picture,
        "range_filters": dict,
    }
    for added in reversed(site.hooks.template_helpers()):  # the plugin listed first wins
        helpers.update(added)
    return helpers


def _uploads_fit(site: Site) -> bool:
    """Tell whether the store takes uploads, as far as its room goes."""
    try:
        site.store.require_room(0)
    except InsufficientStorage:
        return False
    return True


def _no_facts(shown: Any) -> tuple[()]:
    """Return label and value of what lists say of a dataset's, or resource's, measurements."""
    del shown
    return ()


def _no_picture(dataset: Any) -> str:
    """Return the address of a small picture of a dataset, or nothing."""
    del dataset
    return ""
