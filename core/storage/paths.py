"""Where a local store keeps its files; the only module that makes paths."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from cytotheca.core.domain.errors import NotFound
from cytotheca.core.storage.durable import make_folders
from cytotheca.core.storage.layout import parse_bucket, parse_ref
from cytotheca.core.storage.objects import ObjectRef

_UPLOAD_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class StorePaths:
    """The folders under the root of a store.

    ``objects`` mirrors bucket and key and holds nothing else, so that it can
    be copied to S3 or served by a front server as it is; ``records`` holds a
    small JSON file for each object; ``incoming`` and ``uploads`` what is not
    complete yet. All are on one volume, because files move by renaming.
    """

    root: Path

    @classmethod
    def under(cls, root: Path) -> StorePaths:
        """Return the paths under a root, which may itself be reached by a link."""
        paths = cls(root.resolve())
        for folder in (paths.objects, paths.records, paths.incoming, paths.uploads):
            make_folders(folder)
        return paths

    @property
    def objects(self) -> Path:
        """Return the folder of the objects."""
        return self.root / "objects"

    @property
    def records(self) -> Path:
        """Return the folder of the objects' records."""
        return self.root / "records"

    @property
    def incoming(self) -> Path:
        """Return the folder of files being written."""
        return self.root / "incoming"

    @property
    def uploads(self) -> Path:
        """Return the folder of uploads in parts."""
        return self.root / "uploads"

    def bucket_folder(self, bucket: str) -> Path:
        """Return the folder of a bucket."""
        return self._contained(self.objects / parse_bucket(bucket))

    def object_file(self, ref: ObjectRef) -> Path:
        """Return the file of an object; raises ``NotFound`` for names that none can have."""
        return self._contained(self.objects / _relative(ref))

    def record_file(self, ref: ObjectRef) -> Path:
        """Return the file that describes an object."""
        path = self.records / _relative(ref)
        return self._contained(path.with_name(f"{path.name}.json"))

    def upload_folder(self, upload_id: str) -> Path:
        """Return the folder of an upload; raises ``NotFound`` for malformed ids."""
        if _UPLOAD_ID.fullmatch(upload_id) is None:
            raise NotFound("there is no such upload")
        return self._contained(self.uploads / upload_id)

    def new_incoming_file(self) -> Path:
        """Return an unused path for a file to be written aside."""
        return self.incoming / uuid4().hex

    def _contained(self, path: Path) -> Path:
        """Return the path unless a link leads it elsewhere."""
        if os.path.realpath(path) != str(path):
            raise NotFound("there is no such object")
        return path


def _relative(ref: ObjectRef) -> str:
    try:
        checked = parse_ref(ref.bucket, ref.key)
    except ValueError as error:
        raise NotFound("there is no such object") from error
    return f"{checked.bucket}/{checked.key}"
