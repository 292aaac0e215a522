"""The configuration of a measurement, typed by dclab's own tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dclab.definitions import meta_const

from cytotheca.extensions.dc_schemas.measurement.plain import to_json

if TYPE_CHECKING:
    from dclab.rtdc_dataset.config import Configuration
    from pydantic import JsonValue

Sections = dict[str, dict[str, "JsonValue"]]

# dclab ends with a KeyError where these are missing.
_NEEDED: tuple[tuple[str, str, JsonValue], ...] = (
    ("experiment", "sample", "undefined"),
    ("experiment", "run index", 1),
)
_NOT_MEASURED = "filtering"  # dclab's own default settings of a session


def collect_config(config: Configuration) -> dict[str, JsonValue]:
    """Return ``dc:<section>:<key>`` for each key that dclab knows and the file has."""
    found: dict[str, JsonValue] = {}
    for section, keys in meta_const.CFG_METADATA.items():
        if section not in config:
            continue
        values = config[section]
        for key, *_ in keys:
            value = to_json(values[key]) if key in values else None
            if value is not None:
                found[f"dc:{section}:{key}"] = value
    return found


def collect_metadata(config: Configuration, event_count: int) -> tuple[Sections, list[str]]:
    """Return the complete configuration for ``dcserv``, and what had to be filled in."""
    found: Sections = {}
    for section in config.keys():  # noqa: SIM118  Configuration has no __getitem__ by position
        if section == _NOT_MEASURED:
            continue
        values = {str(key): to_json(value) for key, value in config[section].items()}
        known: dict[str, JsonValue] = {
            key: value for key, value in values.items() if value is not None
        }
        if known:
            found[str(section)] = known
    filled_in = []
    for section, key, default in _NEEDED:
        if key not in found.setdefault(section, {}):
            found[section][key] = default
            filled_in.append(f"{section}:{key}")
    if found["experiment"].get("event count") != event_count:
        found["experiment"]["event count"] = event_count
        filled_in.append("experiment:event count")
    return found, filled_in
