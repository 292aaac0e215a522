"""Pictures of people, circles and collections that were uploaded here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from flask import Blueprint, Response, send_file
from werkzeug.exceptions import NotFound

from cytotheca.core.runtime.site import Site
from cytotheca.core.settings.site import SiteSettings, StorageSettings
from cytotheca.core.storage.images import find_image, images_folder

YEAR_S: Final = 365 * 24 * 3600
KINDS: Final = frozenset({"user", "group", "admin"})


def images_blueprint(site: Site) -> Blueprint:
    """Serve ``/uploads/<kind>/<name>``; names are never used again."""
    blueprint = Blueprint("uploads", __name__)
    storage = site.settings(StorageSettings).storage_path.resolve()

    @blueprint.get("/uploads/<kind>/<name>")
    def picture(kind: str, name: str) -> Response:
        path = find_image(images_folder(storage, kind), name) if kind in KINDS else None
        if path is None:
            raise NotFound
        answer = send_file(path, conditional=True)
        answer.headers["Cache-Control"] = f"public, max-age={YEAR_S}, immutable"
        return answer

    return blueprint


def own_picture(site: Site) -> Callable[[Mapping[str, Any]], str]:
    """Return the helper that gives the path of an object's picture, if it was uploaded here.

    Pictures of other sites would tell those sites who looks at ours.
    """

    def path_of(shown: Mapping[str, Any]) -> str:
        site_url = site.settings(SiteSettings).site_url
        url = str(shown.get("image_display_url") or "")
        return url.removeprefix(site_url) if url.startswith(f"{site_url}/uploads/") else ""

    return path_of
