"""The view "DC Info" of a measurement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from cytotheca.core.plugins.toolkit import Context, SiteSettings, ViewSpec
from cytotheca.extensions.dc_schemas.toolkit import find_known, find_made
from cytotheca.extensions.dc_view.drawing import PREVIEW
from cytotheca.extensions.dc_view.listing import grouped, is_measurement, preview_url
from cytotheca.extensions.dc_view.models import Preview
from cytotheca.extensions.dc_view.panel import as_json, as_tsv, list_tables

Shown = Mapping[str, Any]

PANELS = {
    "scatter": "scatter plot of deformation over area",
    "density": "the same, coloured by density",
    "image": "image of one event with its contour",
    "mask": "mask of the event",
    "traces": "fluorescence traces of the event",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """The preview of a measurement: its address, or what there is to say instead.

    ``state`` is ``ready``, ``waiting``, ``failed`` or ``missing``; ``notes`` are
    sentences about panels that had to be left out.
    """

    state: str
    url: str = ""
    reason: str = ""
    alt: str = ""
    width_px: int = 320
    height_px: int = 960
    caption: str = ""
    notes: Sequence[str] = ()


def applies(resource: Shown, dataset: Shown) -> bool:
    """Show measurements whose file is on the site."""
    del dataset
    return is_measurement(resource) and bool(resource.get("url_type"))


def variables(context: Context, resource: Shown, dataset: Shown) -> dict[str, Any]:
    """Return what the panel's template needs."""
    supplements = context.call("resource_schema_supplements")
    tables = list_tables(resource, supplements)
    return {
        "tables": tables,
        "preview": find_picture(context, resource, dataset),
        "snippet": python_snippet(context, resource, dataset),
        "tsv": as_tsv(tables),
        "json": as_json(tables),
    }


def find_picture(context: Context, resource: Shown, dataset: Shown) -> Picture:
    """Return the picture if it was drawn, else how far the job has come."""
    drawn = find_made(context.session, Preview, resource["id"])
    if drawn is not None:
        return show_drawn(drawn.facts, preview_url(resource, dataset))
    jobs = {one["name"]: one for one in context.call("resource_jobs", {"id": resource["id"]})}
    job = jobs.get(PREVIEW.job)
    known = find_known(context.session, resource["id"])
    if known is not None and known.facts is None:
        return Picture(state="failed", reason=known.problem)
    if job is None:
        return Picture(state="missing")
    if job["state"] == "failed":
        return Picture(state="failed", reason=last_line(job["error"]))
    return Picture(state="waiting")


def show_drawn(facts: Mapping[str, Any], url: str) -> Picture:
    """Return a picture with what is on it, in words."""
    caption = count_events(facts)
    panels = [PANELS[name] for name in facts["panels"] if name in PANELS]
    return Picture(
        state="ready",
        url=url,
        alt=f"Preview: {', '.join(panels)}" if panels else "Empty preview",
        width_px=facts["width_px"],
        height_px=facts["height_px"],
        caption=caption,
        notes=facts["notes"],
    )


def count_events(facts: Mapping[str, Any]) -> str:
    """Return how many events the plots show, and which one the pictures."""
    total, drawn = facts["events_total"], facts["events_drawn"]
    words = [f"{grouped(drawn)} of {grouped(total)} events."]
    if facts["events_not_drawn"]:
        words.append(f"{grouped(facts['events_not_drawn'])} have no value that could be drawn.")
    if facts["event_index"] is not None:
        words.append(f"Pictures: event {facts['event_index']}, counted from 0.")
    return " ".join(words)


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


DC_VIEW = ViewSpec(
    name="dc_view",
    title="DC Info",
    icon="microscope",
    template="dc_view/panel.html",
    applies=applies,
    variables=variables,
)
