"""The request class: uploaded files go straight to the object store's volume."""

from __future__ import annotations

import io
from typing import IO, Any

from flask import Request, current_app, g
from werkzeug.exceptions import Forbidden, RequestEntityTooLarge

from cytotheca.core.runtime.site import Site
from cytotheca.core.settings.site import StorageSettings
from cytotheca.core.storage.objects import IncomingFile

MEGABYTE = 1024 * 1024
URLENCODED = "application/x-www-form-urlencoded"


class IncomingStream(io.RawIOBase):
    """Receives one uploaded file; bytes beyond the limit are counted but not kept."""

    def __init__(self, incoming: IncomingFile, limit_bytes: int) -> None:
        super().__init__()
        self.incoming = incoming
        self.limit_bytes = limit_bytes
        self.received = 0

    @property
    def too_large(self) -> bool:
        """Whether more bytes came than the site accepts."""
        return self.received > self.limit_bytes

    def writable(self) -> bool:
        """Form parsers ask."""
        return True

    def write(self, data: Any) -> int:
        """Keep a block, unless the limit was reached."""
        self.received += len(data)
        if not self.too_large:
            self.incoming.write(bytes(data))
        return len(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Form parsers rewind when a file is complete; there is nothing to do."""
        del whence
        return offset


class Nowhere(io.RawIOBase):
    """Takes an uploaded file and forgets it, where only the texts of a form are wanted."""

    def writable(self) -> bool:
        """Form parsers ask."""
        return True

    def write(self, data: Any) -> int:
        """Forget a block."""
        return len(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Form parsers rewind when a file is complete; there is nothing to do."""
        del whence
        return offset


class UploadRequest(Request):
    """A request whose file parts are written aside, hashed on the way.

    Anonymous callers cannot make the site write files.
    """

    max_form_parts = 2000
    max_form_memory_size = 16 * MEGABYTE

    def _load_form_data(self) -> None:
        """Decode a form, unless it has too many fields; Werkzeug counts those of multipart only."""
        if self.mimetype == URLENCODED and "form" not in self.__dict__:
            self.max_content_length = self.max_form_memory_size
            body = self.get_data(cache=True, parse_form_data=False)
            if body.count(b"&") >= self.max_form_parts:
                raise RequestEntityTooLarge
        super()._load_form_data()

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        del content_type, filename, content_length
        if g.get("forget_uploads"):
            return Nowhere()  # type: ignore[return-value]
        if not getattr(g, "may_upload", False):
            raise Forbidden("Only users with an account can upload files.")
        site: Site = current_app.extensions["cytotheca"]
        if not site.settings(StorageSettings).uploads_enabled:
            raise Forbidden("Uploads are switched off on this site.")
        limit = site.settings(StorageSettings).max_resource_mb * MEGABYTE
        site.store.require_room(min(total_content_length or 0, limit))
        stream = IncomingStream(site.store.incoming(), limit)
        g.setdefault("incoming", []).append(stream.incoming)
        return stream  # type: ignore[return-value]


def discard_uploads(error: BaseException | None = None) -> None:
    """Remove what the request wrote aside and nobody stored; runs after each request."""
    del error
    for incoming in g.pop("incoming", ()):
        incoming.discard()
