"""A file that came with a call, already written aside in the object store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cytotheca.core.storage.objects import IncomingFile


@dataclass(slots=True, kw_only=True)
class UploadedFile:
    """Name and bytes of an uploaded file.

    ``too_large`` is set when the stream exceeded the site's limit; the bytes
    beyond it were not kept.
    """

    filename: str
    incoming: IncomingFile
    too_large: bool = False
    content_type: str | None = None
