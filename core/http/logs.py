"""Structured logs: one JSON object a line, one line a request."""

from __future__ import annotations

import logging
import re
import secrets
import sys
import time

import structlog
from flask import Flask, Response, g, request
from prometheus_client import Counter, Histogram

log = structlog.get_logger("cytotheca.request")

REQUESTS = Counter("cytotheca_requests_total", "Requests", ("method", "status"))
SECONDS = Histogram("cytotheca_request_seconds", "Duration of requests", ("method",))
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SECRET_PATH = re.compile(r"(/review/).+")
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


def configure_logs(level: int = logging.INFO) -> None:
    """Write JSON lines with UTC times to standard error."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def log_requests(app: Flask) -> None:
    """Give each request an id and write a line when it is answered.

    Neither query strings (they may hold signatures) nor headers are logged, nor the keys of
    review links.
    """

    @app.before_request
    def begin() -> None:
        given = request.headers.get("X-Request-Id", "")
        g.request_id = given if REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
        g.began = time.perf_counter()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=g.request_id)

    @app.after_request
    def end(response: Response) -> Response:
        seconds = time.perf_counter() - g.get("began", time.perf_counter())
        method = request.method if request.method in METHODS else "other"
        REQUESTS.labels(method, response.status_code).inc()
        SECONDS.labels(method).observe(seconds)
        response.headers["X-Request-Id"] = g.get("request_id", "")
        identity = g.get("identity")
        log.info(
            "request",
            method=request.method,
            path=_SECRET_PATH.sub(r"\1…", request.path[:300]),
            status=response.status_code,
            ms=round(seconds * 1000, 1),
            user=getattr(identity, "user_id", None),
        )
        return response
