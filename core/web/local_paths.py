"""Where a page may send a browser to: only elsewhere on this site."""

from __future__ import annotations

from urllib.parse import urlsplit


def is_local_path(target: str | None) -> bool:
    r"""Tell whether a redirect to ``target`` stays on the site.

    Browsers read backslashes as slashes and drop tabs and line ends, so texts
    that hold any of them are refused, however harmless they look.

    >>> [is_local_path(one) for one in ("/dataset/?q=a", "//evil", "/\\evil", "https:evil")]
    [True, False, False, False]
    """
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return False
    if any(ord(char) < 0x21 or ord(char) == 0x7F for char in target):  # noqa: PLR2004
        return False
    try:
        parts = urlsplit(target)
    except ValueError:
        return False
    return not parts.scheme and not parts.netloc


def local_path(target: str | None, default: str = "/") -> str:
    """Return ``target`` if it stays on the site, else ``default``."""
    return target if target is not None and is_local_path(target) else default
