"""The gate that decides whether a file may be read at all.

Walks links without following them, visits objects by address, opens datasets without reading a
value. Runs in a confined child, before anything else looks at the file.
"""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Any

import h5py
from h5py import h5a, h5d, h5g, h5l, h5o

from cytotheca.extensions.dc_schemas.measurement.findings import (
    REPACK,
    REWRITE,
    Found,
    refuse,
)
from cytotheca.extensions.dc_schemas.measurement.gate_datasets import DatasetCheck
from cytotheca.extensions.dc_schemas.measurement.gate_limits import GateLimits
from cytotheca.extensions.dc_schemas.measurement.inflation import ChunkProof
from cytotheca.extensions.dc_schemas.measurement.opening import is_hdf5, open_hdf5
from cytotheca.extensions.dc_schemas.measurement.verdict import Verdict, VerdictKind

if TYPE_CHECKING:
    from pathlib import Path

SAFE = Verdict(kind=VerdictKind.SAFE)
_CONTOURS = "/events/contour"
_LUT_KEY = "calculation:emodulus lut"


def scan(path: Path, limits: GateLimits | None = None) -> Verdict:
    """Judge a file; never raises because of what is in it."""
    if not is_hdf5(path):
        return Verdict(
            kind=VerdictKind.NOT_HDF5,
            reason="This is not an HDF5 file, or it is cut off at the beginning",
            way_out="Upload the .rtdc file again.",
        )
    try:
        with open_hdf5(path) as file:
            _Walk(file, path, limits or GateLimits()).run()
            return _judge_measurement(file)
    except Found as found:
        return found.verdict
    except (OSError, RuntimeError, KeyError, ValueError, TypeError, SystemError) as error:
        return Verdict(
            kind=VerdictKind.DAMAGED,
            reason=f"The file is damaged or incomplete: {_first_line(error)}",
            way_out=f"Upload it again. {REWRITE}",
        )


def _judge_measurement(file: h5py.File) -> Verdict:
    """Tell a measurement from any other HDF5 file, after the walk found nothing foreign."""
    events = file.get("events")
    if isinstance(events, h5py.Group) and (len(events) or len(file.get("basins", ()))):
        _check_lookup_table(file)
        return SAFE
    return Verdict(
        kind=VerdictKind.NOT_A_MEASUREMENT,
        reason="The file has no events and is not a measurement",
        object_path="/events",
        way_out="Upload the .rtdc file of a measurement.",
    )


def _check_lookup_table(file: h5py.File) -> None:
    """Refuse a look-up table that is not dclab's own: dclab takes the name for a path first."""
    from dclab.features.emodulus.load import (  # noqa: PLC0415  needs scipy, which takes a second
        get_internal_lut_names_dict,
    )

    if _LUT_KEY not in file.attrs:
        return
    name = file.attrs[_LUT_KEY]
    name = name.decode(errors="replace") if isinstance(name, bytes) else name
    if name not in {*get_internal_lut_names_dict(), "FEM-2Daxis"}:
        way_out = "Remove the attribute or name a table that dclab contains."
        refuse(f"/@{_LUT_KEY}", "it names a look-up table outside the file", way_out)


class _Walk:
    """One pass over all objects of a file."""

    def __init__(self, file: h5py.File, path: Path, limits: GateLimits) -> None:
        self._file = file
        self._path = path
        self._limits = limits
        self._seen: set[int] = set()
        self._objects = 0
        self._soft_links: list[str] = []
        self._waiting: list[tuple[h5g.GroupID, str, int]] = []
        self._datasets: DatasetCheck

    def run(self) -> None:
        """Raise ``Found`` at the first thing that is not allowed."""
        fd = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            proof = ChunkProof(fd, self._file.userblock_size, self._limits)
            self._datasets = DatasetCheck(self._limits, proof)
            root = h5g.open(self._file.id, b"/")
            self._seen.add(h5o.get_info(root).addr)
            self._check_attributes(root, "/")
            self._waiting.append((root, "", 0))
            while self._waiting:
                self._visit(*self._waiting.pop())
            self._datasets.check_total(os.fstat(fd).st_size)
            self._check_soft_links()
        finally:
            os.close(fd)

    def _visit(self, group: h5g.GroupID, path: str, depth: int) -> None:
        if depth > self._limits.max_depth:
            refuse(path, f"groups lie more than {self._limits.max_depth} deep", REWRITE)
        for name, kind in self._list_links(group, path):
            place = f"{path}/{name.decode(errors='replace')}"
            self._check_link(name, kind, place)
            if kind == h5l.TYPE_SOFT:
                self._soft_links.append(place)
            else:
                self._check_object(group, name, place, depth)

    def _list_links(self, group: h5g.GroupID, path: str) -> list[tuple[bytes, int]]:
        """Return name and class of all links of a group, and count them.

        Judged afterwards only: h5py can't pass on errors out of the iteration.
        """
        limits, is_contour = self._limits, path == _CONTOURS
        most = limits.max_contours if is_contour else limits.max_objects - self._objects
        links: list[tuple[bytes, int]] = []

        def note(name: bytes, link: Any) -> bool | None:
            links.append((name, link.type))
            return True if len(links) > most else None

        group.links.iterate(note, info=True)
        if len(links) > most:
            refuse(path or "/", "the file holds too many objects", REWRITE)
        if not is_contour:
            self._objects += len(links)
        return links

    def _check_link(self, name: bytes, kind: int, place: str) -> None:
        """Judge a link by name and class."""
        if len(name) > self._limits.max_name_bytes:
            refuse(place, f"a name has {len(name)} bytes", REWRITE)
        if kind == h5l.TYPE_EXTERNAL:
            refuse(place, "it is a link into another file", REPACK)
        if kind not in {h5l.TYPE_HARD, h5l.TYPE_SOFT}:
            refuse(place, f"it is a user-defined link (class {kind})", REPACK)

    def _check_object(self, group: h5g.GroupID, name: bytes, place: str, depth: int) -> None:
        """Judge what a hard link leads to, unless it was seen before."""
        info = h5o.get_info(group, name)
        if info.addr in self._seen:
            if info.type == h5o.TYPE_GROUP:
                reason = "the group is linked into itself or into several places"
                refuse(place, reason, REWRITE)
            return
        self._seen.add(info.addr)
        found = h5o.open(group, name)
        if info.num_attrs:
            self._check_attributes(found, place)
        if isinstance(found, h5g.GroupID):
            self._waiting.append((found, place, depth + 1))
        elif isinstance(found, h5d.DatasetID):
            self._datasets.check(found, place)

    def _check_attributes(self, found: Any, place: str) -> None:
        number = h5a.get_num_attrs(found)
        if number > self._limits.max_attributes:
            refuse(place, f"it has {number} attributes", REWRITE)
        for index in range(number):
            attribute = h5a.open(found, index=index)
            if len(attribute.name) > self._limits.max_name_bytes:
                refuse(place, "an attribute's name is too long", REWRITE)
            if attribute.get_storage_size() > self._limits.max_attribute_bytes:
                name = attribute.name.decode(errors="replace")
                refuse(f"{place}@{name}", "the attribute is larger than 1 MiB", REWRITE)

    def _check_soft_links(self) -> None:
        """Refuse soft links to groups; only now, when following them can't lead outside.

        Readers walk down the tree: a link to a group above would keep them going for ever.
        """
        for place in self._soft_links:
            with contextlib.suppress(KeyError, RuntimeError, OSError):
                if h5o.get_info(self._file.id, place.encode()).type == h5o.TYPE_GROUP:
                    refuse(place, "it is a soft link to a group", REWRITE)


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
