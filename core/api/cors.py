"""Cross-origin access to the action API, for origins the operator allows."""

from __future__ import annotations

from flask import Flask, Response, request

from cytotheca.core.runtime.site import Site
from cytotheca.core.settings.site import AuthSettings, WebSettings

EXPOSED = (
    "Idempotency-Replayed, RateLimit-Limit, RateLimit-Policy, RateLimit-Remaining, "
    "RateLimit-Reset, "
    "Retry-After, X-Request-Id, X-Total-Count"
)


def allow_origins(app: Flask, site: Site) -> None:
    """Add the headers to answers, only if the request has an ``Origin``."""
    web = site.settings(WebSettings)
    header = site.settings(AuthSettings).token_header

    @app.after_request
    def add(response: Response) -> Response:
        origin = request.headers.get("Origin")
        if not origin or request.path.startswith("/objects/"):
            return response
        if web.cors_allow_all:
            response.headers["Access-Control-Allow-Origin"] = "*"
        elif origin in web.cors_whitelist:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers.add("Vary", "Origin")
        else:
            return response
        response.headers["Access-Control-Allow-Methods"] = "POST, PUT, GET, DELETE, OPTIONS"
        response.headers["Access-Control-Allow-Headers"] = (
            f"{header}, Content-Type, Idempotency-Key"
        )
        response.headers["Access-Control-Expose-Headers"] = EXPOSED
        return response
