"""Files that plugins put at the root of the site, e.g. ``/favicon.ico``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from flask import Blueprint, Response, send_file
from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join

from cytotheca.core.runtime.site import Site

AGE_S = 300


def public_files_blueprint(site: Site) -> Blueprint:
    """Serve the public folders; where files have the same name, the plugin listed first wins.

    Pages win over files.
    """
    blueprint = Blueprint("public_files", __name__)
    folders = [plugin.public for plugin in site.plugins if plugin.public is not None]
    if folders:

        @blueprint.get("/<path:name>")
        def file(name: str) -> Response:
            return send_file(_find(folders, name), conditional=True, max_age=AGE_S)

    return blueprint


def _find(folders: Sequence[Path], name: str) -> Path:
    for folder in folders:
        joined = safe_join(str(folder), name)
        if joined is not None and Path(joined).is_file():
            return Path(joined)
    raise NotFound
