"""Downloads of condensed files."""

from __future__ import annotations

from pathlib import PurePosixPath

from flask import Blueprint, Response

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
from cytotheca.extensions.dc_serve.models import Condensed


def condensed_blueprint(site: Site) -> Blueprint:
    """Serve ``/dataset/<id>/resource/<rid>/condensed.rtdc``."""
    blueprint = Blueprint("dc_serve", __name__)

    @blueprint.get("/dataset/<dataset>/resource/<resource>/condensed.rtdc")
    def condensed(dataset: str, resource: str) -> Response:
        user_id = current_identity(site).user_id
        try:
            with reading(site, user_id=user_id, via="web") as context:
                found = locate_file(context, dataset, resource)
                made = context.session.get(Condensed, resource)
        except ActionError:
            return not_found("Resource not found")
        if found.ref is None or made is None:
            return not_found("Condensed resource not found")
        path = PurePosixPath(found.name)
        ref = artifact_ref(found.ref.bucket, Artifact.CONDENSED, resource)
        name = f"{path.stem}_condensed{path.suffix}"
        return redirect_to_object(site, ref, filename=name, public=found.public)

    return blueprint
