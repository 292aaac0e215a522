"""Names for addresses, made from titles."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

MAX_CHARACTERS: Final = 100
MIN_CHARACTERS: Final = 2
_SPELLED: Final = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "o", "µ": "u", "μ": "u"}
)


def slug_of(title: str) -> str:
    """Return a name that is allowed in addresses, empty if the title gives none.

    >>> slug_of("Größe of HL-60 cells (µm)")
    'groesse-of-hl-60-cells-um'
    """
    spelled = unicodedata.normalize("NFKD", title.lower().translate(_SPELLED))
    plain = spelled.encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9_]+", "-", plain)[:MAX_CHARACTERS].strip("-")
    return slug if len(slug) >= MIN_CHARACTERS else ""
