"""How a browser is to treat a file: its type and the name it is saved under.

Files come from strangers. Only types that cannot run anything are named as
what they are; everything else is bytes to be saved.
"""

from __future__ import annotations

import mimetypes
import re
import unicodedata
from urllib.parse import quote

INLINE_TYPES = frozenset(
    {"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "text/plain"}
)
BYTES_TYPE = "application/octet-stream"
MAX_NAME_CHARACTERS = 180

_UNSAFE = re.compile(r"[/\\]")
_UNSAFE_QUOTED = re.compile(r"""[^ !#$&'()+,\-.0-9;=@A-Z\[\]^_`a-z{}~]""")
_ATTR_CHARS = "!#$&+-.^_`|~"  # RFC 8187, beyond letters and digits


def content_type(filename: str) -> str:
    """Return a harmless media type for a file name."""
    guessed, encoding = mimetypes.guess_type(filename, strict=True)
    if guessed in INLINE_TYPES and encoding is None:
        return f"{guessed}; charset=utf-8" if guessed == "text/plain" else guessed
    return BYTES_TYPE


def clean_filename(filename: str) -> str:
    """Return a name without folders, control and invisible characters."""
    visible = "".join(c for c in filename if not unicodedata.category(c).startswith("C"))
    name = _UNSAFE.sub("_", visible).strip(" .")
    if len(name) > MAX_NAME_CHARACTERS:
        stem, dot, suffix = name.rpartition(".")
        kept = f"{dot}{suffix}"[:20] if stem else ""
        name = name[: MAX_NAME_CHARACTERS - len(kept)] + kept
    return name or "download"


def attachment(filename: str) -> str:
    """Return the ``Content-Disposition`` that saves a file under a name (RFC 6266).

    ``filename`` is plain ASCII for old clients, without the percent signs that
    some of them decode; ``filename*`` carries the name itself.
    """
    name = clean_filename(filename)
    decomposed = unicodedata.normalize("NFKD", name)
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    fallback = _UNSAFE_QUOTED.sub("_", plain).strip(" .") or "download"
    header = f'attachment; filename="{fallback}"'
    if fallback == name:
        return header
    return f"{header}; filename*=UTF-8''{quote(name, safe=_ATTR_CHARS)}"
