"""Images of people, circles and collections: decoded, encoded anew, kept aside.

What a browser will later show is never what somebody uploaded, but a picture
that we have drawn ourselves from it.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from uuid import uuid4

from cytotheca.core.domain.images import EXTENSIONS, STORED_NAME
from cytotheca.core.storage.durable import make_folders, rename_into_place, write_aside

MAX_PIXELS = 25_000_000
MAX_SIDE = 1600
_FORMATS = {"image/png": "PNG", "image/gif": "GIF", "image/jpeg": "JPEG"}


class BadImage(ValueError):
    """The bytes are not a picture that can be drawn."""


def images_folder(storage_path: Path, kind: str) -> Path:
    """Return the folder of the images of ``user`` or ``group``."""
    return storage_path / "images" / kind


def store_image(folder: Path, source: Path, media_type: str) -> str:
    """Draw an uploaded image anew into the folder; return its new name."""
    data = redraw(source, media_type)
    make_folders(folder)
    name = f"{uuid4().hex}.{EXTENSIONS[media_type]}"
    aside = folder / f".{name}"
    write_aside(aside, data)
    rename_into_place(aside, folder / name)
    return name


def find_image(folder: Path, name: str) -> Path | None:
    """Return the file of a stored image; None for unknown and for malformed names."""
    if STORED_NAME.fullmatch(name) is None:
        return None
    path = folder / name
    return path if path.is_file() else None


def remove_image(folder: Path, name: str) -> None:
    """Remove a stored image; harmless if it is gone."""
    if STORED_NAME.fullmatch(name) is not None:
        (folder / name).unlink(missing_ok=True)


def redraw(source: Path, media_type: str) -> bytes:
    """Return the first picture of a file in the same format, made from its pixels alone."""
    from PIL import Image  # noqa: PLC0415 - commands and most requests draw nothing

    try:
        with Image.open(source, formats=[_FORMATS[media_type]]) as image:
            if image.width * image.height > MAX_PIXELS:
                raise BadImage("the image has too many pixels")
            image.load()
            drawn = image.convert("RGB" if media_type == "image/jpeg" else "RGBA")
    except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError) as error:
        raise BadImage("the image cannot be read") from error
    drawn.thumbnail((MAX_SIDE, MAX_SIDE))
    drawn.info.clear()
    buffer = BytesIO()
    drawn.save(buffer, _FORMATS[media_type])
    return buffer.getvalue()
