"""What a local store notes beside each object: digests and the public flag.

A record names the size and modification time of the file it describes, so
that a reader sees whether they belong together. While an object is replaced,
its record describes both files: whichever a crash leaves in place is known.
A record that is lost or does not fit is made again by reading the file.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from cytotheca.core.storage.durable import make_folders, rename_into_place, write_aside


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectRecord:
    """The description of one file; ``sha256`` is None for uploads in parts."""

    size_bytes: int
    modified_ns: int
    etag: str
    sha256: str | None = None
    public: bool = False

    def describes(self, status: os.stat_result) -> bool:
        """Return whether the record is about the file with this status."""
        return (self.size_bytes, self.modified_ns) == (status.st_size, status.st_mtime_ns)


_RECORDS: TypeAdapter[list[ObjectRecord]] = TypeAdapter(list[ObjectRecord])


def read_records(path: Path) -> Sequence[ObjectRecord]:
    """Return the descriptions in a record file, newest first; none if it is unreadable."""
    try:
        return _RECORDS.validate_json(path.read_bytes())
    except (OSError, ValueError):
        return []


def write_records(path: Path, records: Sequence[ObjectRecord], *, aside: Path) -> None:
    """Write a record file: aside, flushed, renamed, and the name flushed."""
    make_folders(path.parent)
    write_aside(aside, _RECORDS.dump_json(list(records)))
    rename_into_place(aside, path)


def find_record(records: Sequence[ObjectRecord], status: os.stat_result) -> ObjectRecord | None:
    """Return the description of the file with this status."""
    return next((record for record in records if record.describes(status)), None)
