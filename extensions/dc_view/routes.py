"""Downloads of previews."""

from __future__ import annotations

from pathlib import PurePosixPath

from flask import Blueprint, Response, request

from cytotheca.core.plugins.toolkit import (
    ActionError,
    Artifact,
    Site,
    artifact_ref,
    current_identity,
    locate_file,
    not_found,
    reading,
    redirect_to_object,
)
from cytotheca.extensions.dc_view.models import Preview


def preview_blueprint(site: Site) -> Blueprint:
    """Serve ``/dataset/<id>/resource/<rid>/preview.jpg``; ``?inline`` shows it in a page."""
    blueprint = Blueprint("dc_view", __name__)

    @blueprint.get("/dataset/<dataset>/resource/<resource>/preview.jpg")
    def preview(dataset: str, resource: str) -> Response:
        user_id = current_identity(site).user_id
        try:
            with reading(site, user_id=user_id, via="web") as context:
                found = locate_file(context, dataset, resource)
                drawn = context.session.get(Preview, resource)
        except ActionError:
            return not_found("Resource not found")
        if found.ref is None or drawn is None:
            return not_found("No preview available")
        ref = artifact_ref(found.ref.bucket, Artifact.PREVIEW, resource)
        name = None if "inline" in request.args else f"{PurePosixPath(found.name).stem}_preview.jpg"
        return redirect_to_object(site, ref, filename=name, public=found.public)

    return blueprint
