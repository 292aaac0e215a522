"""Which images people may upload, and how to tell what a file really is."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Collection

EXTENSIONS = {"image/png": "png", "image/gif": "gif", "image/jpeg": "jpg"}
STORED_NAME = re.compile(r"[0-9a-f]{32}\.(?:png|gif|jpg)")

_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"\xff\xd8\xff", "image/jpeg"),
)
_MARKUP = (
    (re.compile(rb"<svg\b", re.IGNORECASE), "image/svg+xml"),
    (re.compile(rb"<(?:!doctype|html|head|body|script)\b", re.IGNORECASE), "text/html"),
)


def detect_type(head: bytes) -> str:
    """Return the media type that the first bytes of a file show."""
    for magic, media_type in _MAGIC:
        if head.startswith(magic):
            return media_type
    for pattern, media_type in _MARKUP:
        if pattern.search(head):
            return media_type
    return "application/octet-stream"


def unsupported_type(
    filename: str, declared: str | None, head: bytes, allowed: Collection[str] = EXTENSIONS
) -> str | None:
    """Return the media type for which an image is refused, or None if all agree.

    The name, the declared type (if any) and the bytes must tell the same type, an allowed one.
    """
    detected = detect_type(head)
    if detected not in allowed:
        return detected
    named = mimetypes.guess_type(filename)[0] or "application/octet-stream"
    told = (declared or named).partition(";")[0].strip().lower()
    return next((one for one in (named, told) if one != detected), None)


def display_url(site_url: str, folder: str, image_url: str | None) -> str:
    """Return the address of an image: our own for stored ones, empty without one."""
    if image_url and STORED_NAME.fullmatch(image_url):
        return f"{site_url}/uploads/{folder}/{image_url}"
    return image_url or ""
