"""The site behind the present request."""

from __future__ import annotations

from typing import cast

from flask import current_app

from cytotheca.core.runtime.site import Site

EXTENSION = "cytotheca"


def current_site() -> Site:
    """Return the site that serves the present request."""
    return cast("Site", current_app.extensions[EXTENSION])
