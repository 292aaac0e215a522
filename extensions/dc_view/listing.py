"""What lists of datasets and resources say of measurements; facets of the search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from cytotheca.extensions.dc_schemas.toolkit import is_measurement as names_measurement
from cytotheca.extensions.dc_view.media import medium_name
from cytotheca.extensions.dc_view.panel import format_value

MEDIUM = "res_dc_setup_medium"
FACETS = {
    "res_dc_setup_channel_width": "Channel width [µm]",
    "res_dc_setup_flow_rate": "Flow rate [µL/s]",
    "res_dc_setup_chip_region": "Chip region",
    MEDIUM: "Medium",
    "res_dc_experiment_event_count": "Events",
}
RANGES = ("res_dc_setup_channel_width", "res_dc_setup_flow_rate", "res_dc_experiment_event_count")
MOST_VALUES = 3

Shown = Mapping[str, Any]
Facts = Sequence[tuple[str, str]]


def is_measurement(resource: Shown) -> bool:
    """Tell whether a resource is a measurement of deformability cytometry."""
    return names_measurement(resource.get("mimetype"), resource.get("name"))


def add_facets(facets: dict[str, str]) -> None:
    """Add the settings of the set-up to the facets of the search."""
    facets.update(FACETS)


def name_media(document: dict[str, Any]) -> None:
    """Give each medium in an index document its usual name, once."""
    media = document.get(MEDIUM)
    if isinstance(media, list):
        document[MEDIUM] = list(dict.fromkeys(medium_name(one) for one in media))


def range_filters() -> dict[str, str]:
    """Return field and title of the numbers by which datasets can be filtered."""
    return {field: FACETS[field] for field in RANGES}


def dataset_facts(dataset: Shown) -> Facts:
    """Return label and value of what tells whether a dataset is one's kind of data."""
    measurements = [one for one in dataset.get("resources") or () if is_measurement(one)]
    events = sum(
        count
        for one in measurements
        if isinstance(count := one.get("dc:experiment:event count"), int)
    )
    facts = [
        ("Events", grouped(events) if events else ""),
        ("Channel", _values(measurements, "dc:setup:channel width", " µm")),
        ("Flow rate", _values(measurements, "dc:setup:flow rate", " µL/s")),
        ("Region", _values(measurements, "dc:setup:chip region")),
        ("Medium", _values(measurements, "dc:setup:medium")),
        ("Measured", _dates(measurements)),
    ]
    return [(label, value) for label, value in facts if value]


def resource_facts(resource: Shown) -> Facts:
    """Return label and value of what a list of files says of a measurement."""
    events = resource.get("dc:experiment:event count")
    facts = [
        ("Events", f"{grouped(events)} events" if isinstance(events, int) else ""),
        ("Sample", str(resource.get("dc:experiment:sample") or "")),
        ("Flow rate", _values([resource], "dc:setup:flow rate", " µL/s")),
        ("Region", _values([resource], "dc:setup:chip region")),
    ]
    return [(label, value) for label, value in facts if value]


def first_measurement(resources: Sequence[Shown]) -> Shown | None:
    """Return the first measurement whose file is on the site."""
    found = (one for one in resources if is_measurement(one) and one.get("url_type"))
    return next(found, None)


def dataset_picture(dataset: Shown) -> str:
    """Return the address of the preview of the first measurement, or nothing."""
    for resource in dataset.get("resources") or ():
        if is_measurement(resource):
            return preview_url(resource, dataset)
    return ""


def preview_url(resource: Shown, dataset: Shown) -> str:
    """Return the address of a measurement's preview, to be shown in a page."""
    address = f"/dataset/{quote(dataset['id'])}/resource/{quote(resource['id'])}/preview.jpg"
    return f"{address}?inline=1"


def grouped(number: int) -> str:
    """Return a number with thin spaces between its thousands."""
    return f"{number:,}".replace(",", "\u202f")


HELPERS = {
    "dataset_facts": dataset_facts,
    "resource_facts": resource_facts,
    "dataset_picture": dataset_picture,
    "first_measurement": first_measurement,
    "preview_url": preview_url,
    "range_filters": range_filters,
}


def _values(resources: Sequence[Shown], key: str, unit: str = "") -> str:
    values = [one[key] for one in resources if one.get(key) not in (None, "")]
    if key == "dc:setup:medium":
        values = [medium_name(value) for value in values]
    shown = sorted({format_value(value) for value in values}, key=_sort_key)
    if not shown:
        return ""
    more = " …" if len(shown) > MOST_VALUES else ""
    return ", ".join(shown[:MOST_VALUES]) + more + unit


def _sort_key(text: str) -> tuple[float, str]:
    try:
        return float(text), text
    except ValueError:
        return float("inf"), text


def _dates(resources: Sequence[Shown]) -> str:
    dates = sorted(
        {str(one["dc:experiment:date"]) for one in resources if one.get("dc:experiment:date")}
    )
    if not dates:
        return ""
    return dates[0] if len(dates) == 1 else f"{dates[0]} to {dates[-1]}"
