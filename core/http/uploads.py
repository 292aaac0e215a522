"""Files that came with a form, already written aside."""

from __future__ import annotations

from collections.abc import Mapping

from werkzeug.datastructures import FileStorage, MultiDict

from cytotheca.core.http.requests import IncomingStream
from cytotheca.core.schema.upload import UploadedFile


def uploaded_files(files: MultiDict[str, FileStorage]) -> Mapping[str, UploadedFile]:
    """Return the uploaded files under their field names; fields left empty are left out."""
    found = {}
    for key, part in files.items():
        stream = part.stream
        if isinstance(stream, IncomingStream) and part.filename:
            found[key] = UploadedFile(
                filename=part.filename,
                incoming=stream.incoming,
                too_large=stream.too_large,
                content_type=part.mimetype,
            )
    return found
