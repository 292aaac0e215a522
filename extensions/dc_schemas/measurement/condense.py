"""The condensed file: all scalar features of a measurement, and ways back to the rest.

dclab's own condenser does the work, so that the values are those a user gets at home. Afterwards
the file is copied object by object into a fresh one: what was taken out (paths on the uploader's
computer, addresses of foreign servers, facts about our machine) is not left in its gaps.
"""

from __future__ import annotations

import json
import re
import warnings
from typing import TYPE_CHECKING, Any

import h5py
from dclab.cli.common import assemble_warnings
from dclab.cli.task_condense import condense_dataset
from dclab.rtdc_dataset import RTDCWriter

from cytotheca.extensions.dc_schemas.measurement.basin_facts import read_definitions
from cytotheca.extensions.dc_schemas.measurement.measurement_file import (
    collect_contents,
    count_stored_events,
    open_measurement,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from dclab.rtdc_dataset.fmt_hdf5 import RTDC_HDF5

    from cytotheca.extensions.dc_schemas.measurement.results import BasinLink, Contents

_LOG = "dclab-condense"
_OURS_ALONE = ("system", "utc")  # kernel and hour of the server: not the reader's business
_DRAFT = "draft.rtdc"
_QUOTES_PLACE = re.compile(r"[/\\]|Traceback| at 0x")


def condense(source: Path, out: Path, links: Sequence[BasinLink]) -> tuple[Contents, list[str]]:
    """Write the condensed file of ``source`` to ``out``.

    Returns
    -------
    Contents
        of the condensed file
    list of str
        warnings of dclab
    """
    draft = out.with_name(_DRAFT)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            _write_draft(source, draft, links, caught, with_computed=True)
        except MemoryError:
            raise
        except BaseException as error:  # noqa: BLE001  dclab has errors below BaseException
            # One blank mask is enough; what is stored is still worth having.
            name = type(error).__name__
            warnings.warn(f"Computed features were left out ({name})", stacklevel=1)
            _write_draft(source, draft, links, caught, with_computed=False)
        _copy_afresh(draft, out)
        draft.unlink()
    with open_measurement(out) as condensed:
        contents = collect_contents(condensed)
    return contents, sorted({str(each.message) for each in caught})


def has_events(source: Path) -> bool:
    """Whether there is anything to condense."""
    with open_measurement(source) as measurement:
        return count_stored_events(measurement) > 0


def _write_draft(
    source: Path,
    draft: Path,
    links: Sequence[BasinLink],
    caught: list[warnings.WarningMessage],
    *,
    with_computed: bool,
) -> None:
    """Condense with dclab, then leave out and add what is ours to decide."""
    with open_measurement(source) as measurement, h5py.File(draft, "w") as file:
        condense_dataset(ds=measurement, h5_cond=file, store_ancillary_features=with_computed)
        _tidy_log(file)
        _store_warnings(file, caught)
        _hide_places(file)
        _write_links(file, links, measurement)


def _tidy_log(file: h5py.File) -> None:
    """Leave in the log what a reader needs, and what is the same every time."""
    lines = [line.decode() for line in file["logs"][_LOG]]
    log: dict[str, Any] = json.loads("\n".join(lines))
    for key in _OURS_ALONE:
        log.pop(key, None)
    del file["logs"][_LOG]
    with RTDCWriter(file, mode="append") as writer:
        writer.store_log(_LOG, json.dumps(log, sort_keys=True, indent=2).split("\n"))


def _store_warnings(file: h5py.File, caught: list[warnings.WarningMessage]) -> None:
    """Store dclab's warnings as its own command does, but none that could quote an address."""
    harmless = [each for each in caught if not _QUOTES_PLACE.search(str(each.message))]
    if harmless:
        with RTDCWriter(file, mode="append") as writer:
            writer.store_log(f"{_LOG}-warnings", assemble_warnings(harmless))


def _hide_places(file: h5py.File) -> None:
    """Take foreign places out of the basin definitions.

    Internal basins stay. File basins keep identifier and mapping, without paths of the
    uploader's computer. Remote basins of the uploader go: whoever opens the condensed file would
    be sent there, with addresses that may be signed.
    """
    for key, definition in list(read_definitions(file)):
        kind = definition.get("type")
        if kind == "internal":
            continue
        del file["basins"][key]
        if kind == "file":
            definition["paths"] = []
            lines = json.dumps(definition, indent=2, sort_keys=True).split("\n")
            with RTDCWriter(file, mode="append") as writer:
                writer.write_text(file["basins"], key, lines)
    unreadable = set(file.get("basins", ())) - {key for key, _ in read_definitions(file)}
    for key in unreadable:
        del file["basins"][key]


def _write_links(file: h5py.File, links: Sequence[BasinLink], measurement: RTDC_HDF5) -> None:
    """Add our own basins."""
    present = {*file["events"], *file.get("basin_events", ())}
    lacking = sorted(set(measurement.features_innate) - present)
    with RTDCWriter(file, mode="append") as writer:
        for link in links:
            mapping = None
            if link.mapping != "same":
                mapping = (link.mapping, measurement.h5file["events"][link.mapping][:])
            writer.store_basin(
                basin_name=link.name,
                basin_type="remote",
                basin_format=link.format,
                basin_locs=[link.url],
                basin_descr=link.description,
                basin_feats=lacking if link.features is None else list(link.features),
                basin_map=mapping,
                basin_id=link.identifier,
                verify=False,
            )


def _copy_afresh(draft: Path, out: Path) -> None:
    """Copy all that is left into a new file, in a fixed order, packed as it is."""
    with h5py.File(draft, "r") as old, h5py.File(out, "w") as new:
        for name in sorted(old.attrs):
            new.attrs[name] = old.attrs[name]
        for group_name in sorted(old):
            group = new.create_group(group_name)
            for name in sorted(old[group_name]):
                h5py.h5o.copy(old[group_name].id, name.encode(), group.id, name.encode())
