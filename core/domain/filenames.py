"""Names of uploaded files, as they appear in download addresses."""

from __future__ import annotations

import mimetypes
import re
import unicodedata
from pathlib import PurePosixPath

MAX_SUFFIX = 21
MAX_NAME = 100
MIN_NAME = 3

FORMATS = {
    "csv": "CSV", "tsv": "TSV", "txt": "TXT", "json": "JSON", "xml": "XML", "html": "HTML",
    "htm": "HTML", "pdf": "PDF", "zip": "ZIP", "gz": "GZ", "tar": "TAR", "xls": "XLS",
    "xlsx": "XLSX", "doc": "DOC", "docx": "DOCX", "png": "PNG", "jpg": "JPEG", "jpeg": "JPEG",
    "gif": "GIF", "tif": "TIFF", "tiff": "TIFF", "svg": "SVG", "ini": "INI", "py": "PY",
    "ipynb": "IPYNB", "h5": "HDF5", "hdf5": "HDF5", "rtdc": "RT-DC", "dc": "RT-DC",
}  # fmt: skip

MEDIA_TYPES = {
    "text/csv": "CSV", "text/plain": "TXT", "application/json": "JSON", "application/pdf": "PDF",
    "text/html": "HTML", "application/xml": "XML", "text/xml": "XML", "application/zip": "ZIP",
    "image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF", "image/tiff": "TIFF",
    "application/x-hdf5": "HDF5",
}  # fmt: skip


def clean_file_name(name: str) -> str:
    """Return the name for addresses: lower-case ASCII, no path, 3 to 100 characters.

    The suffix is kept (at most 21 characters), dots in front are not.
    """
    name = name.replace("\\", "/").rpartition("/")[2]
    folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    cleaned = re.sub(r"[^a-z0-9_. -]", "", folded.lower()).replace(" ", "-")
    cleaned = re.sub(r"-+", "-", cleaned).strip("-").lstrip(".") or "file"
    stem, dot, suffix = cleaned.rpartition(".")
    if not dot:
        return cleaned[:MAX_NAME].ljust(MIN_NAME, "_")
    suffix = suffix[: MAX_SUFFIX - 1]
    stem = stem[: MAX_NAME - len(suffix) - 1]
    return f"{stem}.{suffix}".rjust(MIN_NAME, "_")


def guess_format(text: str) -> str:
    """Return the format for a file name or address, empty if there is no suffix."""
    suffix = PurePosixPath(text.split("?", maxsplit=1)[0]).suffix.removeprefix(".").lower()
    return FORMATS.get(suffix, suffix.upper() if suffix else "")


def normalize_format(text: str) -> str:
    """Return the usual spelling of a format; unknown texts are kept."""
    word = text.strip()
    return MEDIA_TYPES.get(word.lower()) or FORMATS.get(word.lower().lstrip(".")) or word


def guess_mimetype(name: str) -> str | None:
    """Return the media type by the suffix of a file name, or None."""
    return mimetypes.guess_type(name.lower())[0]
