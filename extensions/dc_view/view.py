"""The view "DC Info" of a measurement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from cytotheca.core.plugins.toolkit import (
    ActionError,
    Artifact,
    Context,
    SiteSettings,
    StorageSettings,
    ViewSpec,
    artifact_ref,
    bucket_name,
)
from cytotheca.extensions.dc_view.listing import is_measurement, preview_url
from cytotheca.extensions.dc_view.panel import as_json, as_tsv, list_tables

Shown = Mapping[str, Any]

JOB_WORD = "preview"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The picture of a measurement: its address, or what there is to say instead.

    ``state`` is ``ready``, ``waiting``, ``failed`` or ``missing``.
    """

    state: str
    url: str = ""
    reason: str = ""
    alt: str = ""


def applies(resource: Shown, dataset: Shown) -> bool:
    """Show measurements whose file is on the site."""
    del dataset
    return is_measurement(resource) and bool(resource.get("url_type"))


def variables(context: Context, resource: Shown, dataset: Shown) -> dict[str, Any]:
    """Return what the panel's template needs."""
    tables = list_tables(resource)
    return {
        "tables": tables,
        "preview": find_preview(context, resource, dataset),
        "snippet": python_snippet(context, resource, dataset),
        "tsv": as_tsv(tables),
        "json": as_json(tables),
    }


def find_preview(context: Context, resource: Shown, dataset: Shown) -> Preview:
    """Return the picture if it exists, else how far the job has come."""
    if _is_stored(context, resource, dataset):
        return Preview(state="ready", url=preview_url(resource, dataset), alt=describe(resource))
    job = next((one for one in _jobs(context, resource) if JOB_WORD in one["name"]), None)
    if job is None:
        return Preview(state="missing")
    if job["state"] == "failed":
        return Preview(state="failed", reason=last_line(job["error"]))
    return Preview(state="waiting")


def describe(resource: Shown) -> str:
    """Return in words what the picture shows."""
    events = resource.get("dc:experiment:event count")
    count = f", from {events} events" if isinstance(events, int) else ""
    return f"Scatter plots of deformation over area and the picture of one event{count}"


def last_line(error: str | None) -> str:
    """Return the sentence of an error without its traceback."""
    lines = [line.strip() for line in (error or "").splitlines() if line.strip()]
    return lines[-1][:300] if lines else ""


def python_snippet(context: Context, resource: Shown, dataset: Shown) -> str:
    """Return the lines that open a measurement in Python."""
    address = urlsplit(context.site.settings(SiteSettings).site_url)
    options = [f'host="{address.netloc}"']
    if address.scheme == "http":
        options.append("use_ssl=False")
    if dataset.get("private") or dataset.get("state") != "active":
        options.append('api_key="YOUR-TOKEN"')
    return (
        "import dclab\n\n"
        f'ds = dclab.new_dataset("{resource["id"]}",\n'
        f"                       {', '.join(options)})\n"
        'print(len(ds), ds["deform"][:10])'
    )


def _is_stored(context: Context, resource: Shown, dataset: Shown) -> bool:
    pattern = context.site.settings(StorageSettings).bucket_pattern
    bucket = bucket_name(pattern, dataset.get("owner_org"))
    try:
        ref = artifact_ref(bucket, Artifact.PREVIEW, resource["id"])
        return context.site.store.stat(ref) is not None
    except Exception:  # noqa: BLE001 - the tables are worth showing while the store is away
        return False


def _jobs(context: Context, resource: Shown) -> list[dict[str, Any]]:
    try:
        jobs: list[dict[str, Any]] = context.call("resource_jobs", {"id": resource["id"]})
    except ActionError:
        return []
    return jobs


DC_VIEW = ViewSpec(
    name="dc_view",
    title="DC Info",
    icon="microscope",
    template="dc_view/panel.html",
    applies=applies,
    variables=variables,
)
