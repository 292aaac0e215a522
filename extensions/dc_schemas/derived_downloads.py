"""Downloads of files made of measurements."""

from __future__ import annotations

from pathlib import PurePosixPath

from flask import Blueprint, Response, request

from cytotheca.core.plugins.toolkit import (
    ActionError,
    Site,
    artifact_ref,
    locate_file,
    not_found,
    page_reading,
    redirect_to_object,
    send_object,
)
from cytotheca.extensions.dc_schemas.derived import Derived, find_made


def derived_blueprint(site: Site, derived: Derived, *, plugin: str) -> Blueprint:
    """Serve ``/dataset/<id>/resource/<rid>/<file_name>``; ``?inline`` shows it in a page."""
    blueprint = Blueprint(plugin, __name__)

    @blueprint.get(
        f"/dataset/<dataset>/resource/<resource>/{derived.file_name}", endpoint=derived.artifact
    )
    def download(dataset: str, resource: str) -> Response:
        try:
            with page_reading(site) as context:
                found = locate_file(context, dataset, resource)
                made = find_made(context.session, derived.row, resource)
        except ActionError:
            return not_found("Resource not found")
        if found.ref is None or made is None:
            return not_found(derived.missing)
        ref = artifact_ref(found.ref.bucket, derived.artifact, resource)
        name = None if "inline" in request.args else _download_name(derived, found.name)
        if found.veiled:
            return send_object(site, ref, filename=name)
        return redirect_to_object(site, ref, filename=name, public=found.public)

    return blueprint


def _download_name(derived: Derived, original: str) -> str:
    path = PurePosixPath(original)
    suffix = path.suffix if derived.suffix is None else derived.suffix
    return f"{path.stem}_{derived.artifact}{suffix}"
