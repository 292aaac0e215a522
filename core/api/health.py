"""Health of the process and of its parts, and metrics."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Blueprint, Response, request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import NotFound

from cytotheca.core.api.envelope import answer
from cytotheca.core.http.identity import current_identity
from cytotheca.core.runtime.site import Site

LOOPBACK = frozenset({"127.0.0.1", "::1"})


def health_blueprint(site: Site) -> Blueprint:
    """Serve ``/health/live``, ``/health/ready`` and ``/metrics``."""
    blueprint = Blueprint("health", __name__)

    @blueprint.get("/health/live")
    @blueprint.get("/healthz")
    def live() -> Response:
        return answer({"status": "live"})

    @blueprint.get("/health/ready")
    @blueprint.get("/readyz")
    def ready() -> Response:
        parts = parts_of(site)
        return answer(
            {"ready": parts["database"], "parts": parts}, 200 if parts["database"] else 503
        )

    @blueprint.get("/metrics")
    def metrics() -> Response:
        if not (_is_local() or current_identity(site).sysadmin):
            raise NotFound
        return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)

    return blueprint


def _is_local() -> bool:
    """Tell whether a program of this machine asks, for itself and not as somebody's proxy."""
    forwarded = {"X-Forwarded-For", "Forwarded"} & set(request.headers.keys())
    return request.remote_addr in LOOPBACK and not forwarded


def parts_of(site: Site) -> dict[str, bool]:
    """Return part → whether it answers; pages need only the database."""
    return {
        "database": _database_answers(site),
        "search": site.search.ping(),
        "queue": site.transport.ping(),
    }


def _database_answers(site: Site) -> bool:
    try:
        with site.database.reading() as session:
            session.execute(sa.text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True
