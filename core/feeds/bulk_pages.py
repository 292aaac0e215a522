"""Downloading a dataset, or some of its files, at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import NotFound, RequestEntityTooLarge, ServiceUnavailable
from werkzeug.urls import iri_to_uri

from cytotheca.core.actions.bulk_download import BulkFile, iter_files
from cytotheca.core.domain.addresses import counted_address
from cytotheca.core.feeds.answers import stream
from cytotheca.core.feeds.archives import make_archive
from cytotheca.core.feeds.manifests import MANIFESTS, write_lines
from cytotheca.core.feeds.turns import Turns
from cytotheca.core.http.callers import caller_reading
from cytotheca.core.http.identity import current_identity, origin_of
from cytotheca.core.runtime.site import Site
from cytotheca.core.settings.feeds import BulkSettings

Dataset = Mapping[str, Any]
RETRY_S = 30


def bulk_blueprint(site: Site) -> Blueprint:
    """Serve ``/dataset/<id>/download``: the page, the manifests, the archive."""
    blueprint = Blueprint("bulk", __name__)
    streams = Turns(site.settings(BulkSettings).zip_streams)

    @blueprint.route("/dataset/<ref>/download", methods=["GET", "POST"])
    def page(ref: str) -> str:
        dataset, manifest = _look_up(site, ref)
        return render_template(
            "package/download.html",
            pkg=dataset,
            manifest=manifest,
            manifests=MANIFESTS,
            chosen=_chosen(),
        )

    @blueprint.route("/dataset/<ref>/download/<kind>.txt", methods=["GET", "POST"])
    def manifest(ref: str, kind: str) -> Response:
        if kind not in MANIFESTS:
            raise NotFound
        dataset, _ = _look_up(site, ref)
        public = dataset["state"] == "active" and not dataset["private"]
        lines = write_lines(MANIFESTS[kind], _files(site, dataset), public=public)
        response = stream(lines, "text/plain")
        response.headers.set("Content-Disposition", "attachment", filename=f"{kind}.txt")
        return response

    @blueprint.route("/dataset/<ref>/download.zip", methods=["GET", "POST"])
    def archive(ref: str) -> Response:
        dataset, manifest = _look_up(site, ref)
        if not manifest["zip"]:
            return _too_large(dataset)
        return _archive(site, dataset, streams)

    return blueprint


def _look_up(site: Site, ref: str) -> tuple[Dataset, Mapping[str, Any]]:
    """Return the dataset and what is to be downloaded of it."""
    with caller_reading(site) as context:
        dataset = context.call("package_show", {"id": ref, "include_resources": False})
        asked = {"id": dataset["id"], "resources": _chosen(), "limit": 0}
        return dataset, context.call("dataset_manifest", asked)


def _chosen() -> Sequence[str]:
    """Return the ids of the files that are wanted; none means all."""
    return list(dict.fromkeys(request.values.getlist("file")))


def _files(site: Site, dataset: Dataset) -> Iterator[BulkFile]:
    identity = current_identity(site)
    return iter_files(
        site,
        user_id=identity.user_id,
        dataset_id=dataset["id"],
        resources=_chosen(),
        origin=origin_of(identity),
    )


def _too_large(dataset: Dataset) -> Response:
    """Refuse before anything is sent, and say what to do instead."""
    url = f"/dataset/{dataset['name']}/download"
    error = RequestEntityTooLarge(
        f"This is more than the site puts into one archive. Take a list of the files from {url} "
        "and let a download program fetch them."
    )
    response: Response = error.get_response(request.environ)  # type: ignore[assignment]
    response.headers["Link"] = f'<{iri_to_uri(url)}>; rel="alternate"'
    return response


def _archive(site: Site, dataset: Dataset, streams: Turns) -> Response:
    archive = make_archive(site.store, dataset["name"], _files(site, dataset))
    size_bytes = len(archive)
    caller = counted_address(request.remote_addr or "")
    if request.method == "HEAD":
        response = Response()
    elif streams.take(caller):
        response = Response(iter(archive))
        response.call_on_close(lambda: streams.leave(caller))
    else:
        raise ServiceUnavailable(
            "Too many archives are being sent. Try again soon.", retry_after=RETRY_S
        )
    response.content_type = "application/zip"
    response.content_length = size_bytes
    response.headers.set("Content-Disposition", "attachment", filename=f"{dataset['name']}.zip")
    response.headers["Cache-Control"] = "private, no-store"
    return response
