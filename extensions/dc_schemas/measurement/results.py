"""Plain values that leave the measurement room, and the parameters that enter it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pydantic import JsonValue

from cytotheca.extensions.dc_schemas.measurement.verdict import Verdict

TableColumns = list[str] | None


class CueLevel(StrEnum):
    """How much a finding of dclab's checks matters."""

    VIOLATION = "violation"
    ALERT = "alert"
    INFO = "info"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """One finding of dclab's integrity check, in the field's own words."""

    level: CueLevel
    category: str
    text: str
    section: str | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BasinFacts:
    """A basin that the file declares; nobody on the server follows it.

    Attributes
    ----------
    key:
        name of the dataset below ``/basins``
    kind:
        ``file``, ``remote`` or ``internal``
    format:
        ``hdf5``, ``http``, ``s3``, ``dcor``, ``h5dataset``, …
    identifier:
        measurement identifier of the upstream file, if given
    mapping:
        ``same`` or the feature that maps events, such as ``basinmap0``
    features:
        features it provides; ``None`` if the file does not say
    """

    key: str
    name: str
    kind: str
    format: str
    identifier: str | None
    mapping: str
    features: list[str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a measurement file holds, original or condensed.

    Attributes
    ----------
    features:
        innate features incl. those of internal basins, sorted
    scalar_features:
        those of ``features`` with one number an event
    trace_list:
        names of the traces, sorted; empty without traces
    logs:
        log name to lines
    tables:
        table name to ``[columns, rows]`` as ``dcserv`` sends it; NaN and infinities are ``None``
    omitted:
        ``logs/<name>``, ``tables/<name>`` too large to be kept here, or cut
    basins:
        declared basins
    """

    features: list[str]
    scalar_features: list[str]
    trace_list: list[str]
    logs: dict[str, list[str]]
    tables: dict[str, list[JsonValue]]
    omitted: list[str]
    basins: list[BasinFacts]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that the site needs to know about a measurement.

    Attributes
    ----------
    format:
        ``RT-FDC`` with fluorescence, else ``RT-DC``
    event_count:
        number of events
    config:
        ``dc:<section>:<key>`` to a strictly JSON-able value, known keys only
    metadata:
        section to key to value, complete, for ``dcserv``; always has ``experiment.sample``,
        ``experiment.run index`` and ``experiment.event count``
    filled_in:
        keys of ``metadata`` that the file lacks, such as ``experiment:sample``
    measurement_identifier:
        dclab's identifier, for basins inside a dataset
    software_version:
        chain of programs that wrote the file
    contents:
        features, traces, logs, tables, basins
    """

    format: str
    event_count: int
    config: dict[str, JsonValue]
    metadata: dict[str, dict[str, JsonValue]]
    filled_in: list[str]
    measurement_identifier: str | None
    software_version: str
    contents: Contents


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """Verdict and facts of one uploaded file; bad files are answers, not exceptions.

    Attributes
    ----------
    verdict:
        of the gate; ``unreadable`` if the child crashed or hit a limit
    size_bytes:
        of the bytes that were read
    sha256:
        of the bytes that were read; ``None`` unless asked for
    facts:
        ``None`` unless the verdict is safe and dclab can open the file
    valid:
        what activation asks: opens and passes dclab's sanity check
    problem:
        why ``valid`` is false, a sentence; empty if valid
    cues:
        dclab's full check, worst first
    sandbox_layers:
        the confinements that really held, such as ``landlock``, ``seccomp``, ``rlimits``
    """

    verdict: Verdict
    size_bytes: int
    sha256: str | None
    facts: Facts | None
    valid: bool
    problem: str
    cues: list[Cue]
    sandbox_layers: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class BasinLink:
    """A basin to write into a condensed file.

    Attributes
    ----------
    format:
        ``dcor``, ``s3`` or ``http``: always of type ``remote``
    features:
        what it provides; ``None``: the innate features of the original that the condensed file
        lacks
    mapping:
        ``same``, or the ``basinmap`` feature of the original to use
    identifier:
        measurement identifier of the upstream file
    """

    name: str
    format: str
    url: str
    description: str
    features: list[str] | None = None
    mapping: str = "same"
    identifier: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CondensedFacts:
    """A condensed file and what it holds.

    Attributes
    ----------
    size_bytes, sha256:
        of the condensed file
    source_sha256:
        of the original's bytes, if ``expect_sha256`` was given
    contents:
        features, logs, tables and basins of the condensed file
    warnings:
        what dclab warned about meanwhile
    generator:
        name and version of the procedure, for keys of derived files
    """

    size_bytes: int
    sha256: str
    source_sha256: str | None
    contents: Contents
    warnings: list[str]
    generator: str
    sandbox_layers: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewFacts:
    """A preview picture and what is on it.

    Attributes
    ----------
    width_px, height_px, size_bytes, sha256:
        of the JPEG
    panels:
        ``scatter``, ``density``, ``image``, ``mask``, ``traces``, top to bottom
    events_total, events_drawn, events_not_drawn:
        of the scatter plots; not drawn: outside of the numbers (NaN, infinite)
    event_index:
        event shown, counted from 0; ``None`` if there is none
    notes:
        sentences about panels that had to be left out
    generator:
        name and version of the procedure, for keys of derived files
    """

    width_px: int
    height_px: int
    size_bytes: int
    sha256: str
    source_sha256: str | None
    panels: list[str]
    events_total: int
    events_drawn: int
    events_not_drawn: int
    event_index: int | None
    notes: list[str]
    generator: str
    sandbox_layers: list[str]
