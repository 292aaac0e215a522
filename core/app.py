"""The application: a site, and the Flask application that serves it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask, Response, request
from sqlalchemy import select
from werkzeug.exceptions import HTTPException

from cytotheca.core.api.actions import api_blueprint
from cytotheca.core.api.cors import allow_origins
from cytotheca.core.api.envelope import refusal
from cytotheca.core.api.health import health_blueprint
from cytotheca.core.api.objects import objects_blueprint
from cytotheca.core.api.openapi import openapi_blueprint
from cytotheca.core.api.util import util_blueprint
from cytotheca.core.feeds.blueprints import feed_blueprints
from cytotheca.core.http.locales import LocalePrefix
from cytotheca.core.http.logs import configure_logs, log_requests
from cytotheca.core.http.proxies import TrustedProxies
from cytotheca.core.http.requests import UploadRequest, discard_uploads
from cytotheca.core.http.site import EXTENSION
from cytotheca.core.models.resource import Resource, find_ticket_for_update
from cytotheca.core.runtime.site import Site
from cytotheca.core.settings.config import read_config
from cytotheca.core.settings.site import SiteSettings, StorageSettings, WebSettings
from cytotheca.core.site_factory import create_site
from cytotheca.core.storage.local import LocalStore
from cytotheca.core.storage.objects import ObjectRef
from cytotheca.core.web.blueprints import web_blueprints
from cytotheca.core.web.setup import prepare_pages

__all__ = ["create_app", "create_site", "create_wsgi"]

API_PATHS = ("/api/", "/objects/")


def create_wsgi() -> Flask:
    """Return the application of the site folder in ``CYTOTHECA_SITE``; for gunicorn."""
    configure_logs()
    folder = os.environ["CYTOTHECA_SITE"]  # noqa: TID251 - how servers name the site
    return create_app(create_site(read_config(Path(folder))))


def create_app(site: Site) -> Flask:
    """Return the Flask application of a site; blueprints of plugins come first."""
    settings = site.settings(SiteSettings)
    web = site.settings(WebSettings)
    app = Flask(
        "cytotheca.core", instance_path=str(settings.site_dir.resolve()), static_folder=None
    )
    app.request_class = UploadRequest
    app.extensions[EXTENSION] = site
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME=web.cookie_name,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.site_url.startswith("https:"),
        PERMANENT_SESSION_LIFETIME=web.session_s,
        WTF_CSRF_TIME_LIMIT=None,
    )
    log_requests(app)
    prepare_pages(app, site)
    for blueprints in site.hooks.blueprints(site=site):
        for blueprint in blueprints:
            app.register_blueprint(blueprint)
    _connect_requests(app, site)
    app.register_blueprint(api_blueprint(site))
    app.register_blueprint(util_blueprint(site))
    app.register_blueprint(openapi_blueprint(site))
    app.register_blueprint(health_blueprint(site))
    _serve_objects(app, site)
    for blueprint in (*feed_blueprints(site), *web_blueprints(site)):
        site.signals.send("register_blueprint", blueprint.name, blueprint=blueprint)
        app.register_blueprint(blueprint)
    app.register_error_handler(HTTPException, _answer_http_error(app))
    app.teardown_request(discard_uploads)
    allow_origins(app, site)
    app.wsgi_app = LocalePrefix(app.wsgi_app)  # type: ignore[method-assign]
    for wrap in reversed(site.hooks.middleware(site=site)):  # the plugin listed first is outermost
        app.wsgi_app = wrap(app.wsgi_app)  # type: ignore[method-assign]
    if web.trusted_proxies:
        app.wsgi_app = TrustedProxies(app.wsgi_app, web.trusted_proxies)  # type: ignore[method-assign]
    return app


def _connect_requests(app: Flask, site: Site) -> None:
    """Pass on Flask's signals of requests to those who listen to the site's."""
    if site.signals.has_receivers("request_started"):
        app.before_request(lambda: site.signals.send("request_started", app))
    if site.signals.has_receivers("request_finished"):

        @app.after_request
        def finished(response: Response) -> Response:
            site.signals.send("request_finished", app, response=response)
            return response


def _serve_objects(app: Flask, site: Site) -> None:
    if isinstance(site.store, LocalStore):
        accel = site.settings(StorageSettings).accel_prefix or None
        app.register_blueprint(
            objects_blueprint(
                site.store, may_replace=lambda ref: may_replace(site, ref), accel_prefix=accel
            )
        )


@contextmanager
def may_replace(site: Site, ref: ObjectRef) -> Iterator[bool]:
    """Tell whether an object may be written: while its ticket is open.

    The ticket's row is locked until the block ends, so that no file can be
    registered between the question and the renaming.
    """
    with site.database.writing() as session:
        ticket = find_ticket_for_update(session, ref.bucket, ref.key)
        used = session.scalar(
            select(Resource.id).where(Resource.bucket == ref.bucket, Resource.object_key == ref.key)
        )
        yield ticket is not None and ticket.consumed is None and used is None
        session.rollback()


def _answer_http_error(app: Flask) -> Callable[[HTTPException], Response]:
    pages = app.extensions["cytotheca_pages"]

    def handle(error: HTTPException) -> Response:
        wants_json = request.accept_mimetypes.best == "application/json"
        if request.path.startswith(API_PATHS) and (wants_json or error.code == 413):  # noqa: PLR2004
            return refusal(error.code or 500, error.name, error.description or error.name)
        answer: Response = pages.error_page(error)
        return answer

    return handle
