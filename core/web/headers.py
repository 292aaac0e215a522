"""Security and caching headers of every answer."""

from __future__ import annotations

import secrets
from http import HTTPStatus
from typing import Final

from flask import Flask, Response, g, request, session

from cytotheca.core.http.identity import current_identity
from cytotheca.core.runtime.site import Site
from cytotheca.core.settings.site import SiteSettings, WebSettings

YEAR_S: Final = 365 * 24 * 3600
_FIXED: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_NO_PAGE: Final = "default-src 'none'; frame-ancestors 'none'"


def csp_nonce() -> str:
    """Return the nonce of this answer's own scripts."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def send_headers(app: Flask, site: Site) -> None:
    """Add the headers to every answer that does not bring its own."""
    hsts = site.settings(SiteSettings).site_url.startswith("https:")
    pictures = _picture_sources(site)

    @app.after_request
    def add(response: Response) -> Response:
        for name, value in _FIXED.items():
            response.headers.setdefault(name, value)
        is_page = response.mimetype == "text/html"
        policy = _policy(csp_nonce(), pictures) if is_page else _NO_PAGE
        response.headers.setdefault("Content-Security-Policy", policy)
        if hsts:
            response.headers.setdefault("Strict-Transport-Security", f"max-age={YEAR_S}")
        if is_page:
            _set_caching(site, response)
        return response


def _policy(nonce: str, pictures: str) -> str:
    return (
        f"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; "
        f"img-src 'self' data:{pictures}; font-src 'self'; connect-src 'self'; "
        "manifest-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; "
        "frame-ancestors 'none'"
    )


def _picture_sources(site: Site) -> str:
    """Return the object store's own host, where previews may come from."""
    for key in ("cytotheca.object_store.endpoint_url", "dcor_object_store.endpoint_url"):
        if site.config.get(key):
            return f" {site.config[key]}"
    return ""


def _set_caching(site: Site, response: Response) -> None:
    response.vary.add("Cookie")
    if "Cache-Control" in response.headers:
        return
    known = request.endpoint is not None and _is_known(site)
    if not known and _may_be_kept(site, response):
        kept_s = site.settings(WebSettings).cache_s
        response.headers["Cache-Control"] = f"public, max-age={kept_s}"
        return
    response.headers["Cache-Control"] = "private, no-store" if known else "private, no-cache"


def _may_be_kept(site: Site, response: Response) -> bool:
    """Tell whether caches may keep a page: what everybody sees who has no cookie of ours."""
    if not site.settings(WebSettings).cache_pages or request.cookies:
        return False
    begins = session.modified or "Set-Cookie" in response.headers  # it holds somebody's form
    is_read = request.method in {"GET", "HEAD"} and response.status_code == HTTPStatus.OK
    return is_read and not begins


def _is_known(site: Site) -> bool:
    try:
        return current_identity(site).is_somebody
    except Exception:  # noqa: BLE001 - the answer may be about the lost database
        return True
