"""Everything the site wants to know about a measurement, in one opening."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dclab.rtdc_dataset.check import ICue, IntegrityChecker

from cytotheca.extensions.dc_schemas.measurement.config_facts import (
    collect_config,
    collect_metadata,
)
from cytotheca.extensions.dc_schemas.measurement.measurement_file import (
    collect_contents,
    count_events,
    count_stored_events,
    open_measurement,
)
from cytotheca.extensions.dc_schemas.measurement.results import Cue, CueLevel, Facts

if TYPE_CHECKING:
    from pathlib import Path

    from dclab.rtdc_dataset.fmt_hdf5 import RTDC_HDF5

_WORST_FIRST = list(CueLevel)
_MAX_CUES = 500
_MAX_TEXT = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """Facts of a file and what dclab thinks of it."""

    facts: Facts | None
    problem: str
    cues: list[Cue]


def examine(path: Path) -> Examination:
    """Collect the facts of a file that passed the gate.

    A file that dclab can't open, or whose parts contradict each other, is not an error here: it
    has a ``problem``.
    """
    try:
        with open_measurement(path) as measurement:
            facts = _collect(measurement)
            return _check(measurement, facts)
    except MemoryError:
        raise
    except BaseException as error:  # noqa: BLE001  dclab has errors below BaseException
        text = f"{type(error).__name__}: {error}"[:_MAX_TEXT]
        return Examination(facts=None, problem=f"dclab can't open the file: {text}", cues=[])


def _collect(measurement: RTDC_HDF5) -> Facts:
    event_count = count_events(measurement)
    metadata, filled_in = collect_metadata(measurement.config, event_count)
    has_fluorescence = IntegrityChecker(measurement).has_fluorescence
    return Facts(
        format="RT-FDC" if has_fluorescence else "RT-DC",
        event_count=event_count,
        config=collect_config(measurement.config),
        metadata=metadata,
        filled_in=filled_in,
        measurement_identifier=_optional_text(measurement.get_measurement_identifier()),
        software_version=str(measurement.config["setup"].get("software version", "")),
        contents=collect_contents(measurement),
    )


def _check(measurement: RTDC_HDF5, facts: Facts) -> Examination:
    """Run dclab's checks: the sanity check decides, the full check advises.

    The full check makes arrays as long as the file claims to be; it waits until the claim is
    known to be true.
    """
    checker = IntegrityChecker(measurement)
    insane = checker.sanity_check()
    problem = "; ".join(sorted({cue.msg for cue in insane}))[:_MAX_TEXT]
    cues = insane
    if facts.event_count == count_stored_events(measurement):
        try:
            cues = checker.check(expand_section=False)
        except Exception as error:  # noqa: BLE001  advice only; the facts are known
            broken = ICue(f"The full check broke off: {error!r}", "alert", "general")
            cues = [*insane, broken]
    return Examination(facts=facts, problem=problem, cues=_translate(cues))


def _translate(cues: list[ICue]) -> list[Cue]:
    """Return dclab's cues as plain values, worst first."""
    plain = [
        Cue(
            level=CueLevel(cue.level),
            category=cue.category,
            text=cue.msg[:_MAX_TEXT],
            section=cue.cfg_section,
            key=cue.cfg_key,
        )
        for cue in cues
    ]
    return sorted(plain, key=_severity)[:_MAX_CUES]


def _severity(cue: Cue) -> tuple[int, str, str]:
    return _WORST_FIRST.index(cue.level), cue.category, cue.text


def _optional_text(value: object) -> str | None:
    return None if value is None else str(value)
