"""Downloads: a redirect to a signed address of the object, or to the link."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request

from cytotheca.core.actions.resource_files import locate_file
from cytotheca.core.domain.errors import ActionError
from cytotheca.core.http.downloads import not_found, redirect_to_object
from cytotheca.core.http.identity import current_identity
from cytotheca.core.runtime.site import Site
from cytotheca.core.runtime.unit_of_work import reading
from cytotheca.core.web.tombstone_page import tombstone_page


def downloads_blueprint(site: Site) -> Blueprint:
    """Serve ``/dataset/<id>/resource/<rid>/download[/<name>]``; the name does not matter.

    ``?version=`` serves the file as it was published then.
    """
    blueprint = Blueprint("downloads", __name__)
    path = "/dataset/<dataset>/resource/<resource>/download"

    @blueprint.get(path)
    @blueprint.get(f"{path}/<path:name>")
    def download(dataset: str, resource: str, name: str = "") -> Response:
        del name
        return _download(site, dataset, resource)

    return blueprint


def _download(site: Site, dataset: str, resource: str) -> Response:
    user_id = current_identity(site).user_id
    try:
        with reading(site, user_id=user_id, via="web") as context:
            found = locate_file(context, dataset, resource, request.args.get("version"))
    except ActionError:  # unknown and forbidden look the same
        return tombstone_page(site) or not_found("Resource not found")
    site.signals.send("resource_download", resource)
    if found.ref is None:
        return redirect(found.url, code=302)  # type: ignore[return-value]
    return redirect_to_object(site, found.ref, filename=found.name, public=found.public)
