"""Downloads: a redirect to a signed address of the object, or to the link."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request

from cytotheca.core.actions.resource_files import StoredFile, locate_file
from cytotheca.core.domain.errors import ActionError
from cytotheca.core.http.download_counts import count_when_sent
from cytotheca.core.http.downloads import not_found, redirect_to_object, send_object
from cytotheca.core.runtime.site import Site
from cytotheca.core.web.page_reading import page_reading
from cytotheca.core.web.renamed import renamed_page
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
    try:
        with page_reading(site) as context:
            found = locate_file(context, dataset, resource, request.args.get("version"))
    except ActionError:  # unknown and forbidden look the same
        return tombstone_page(site) or renamed_page(site) or not_found("Resource not found")
    site.signals.send("resource_download", resource)
    response = _answer(site, found)
    count_when_sent(site, response, found.package_id, resource)
    return response


def _answer(site: Site, found: StoredFile) -> Response:
    if found.ref is None:
        return redirect(found.url, code=302)  # type: ignore[return-value]
    if found.veiled:
        return send_object(site, found.ref, filename=found.name)
    return redirect_to_object(site, found.ref, filename=found.name, public=found.public)
