"""Counting of downloads, after they were answered."""

from __future__ import annotations

import hashlib
import re
from typing import Final

from flask import Response, request

from cytotheca.core.auth.attempts import attempts_of
from cytotheca.core.domain.robots import is_robot
from cytotheca.core.http.identity import note
from cytotheca.core.models.download import count_download
from cytotheca.core.runtime.site import Site

SAME_S: Final = 30
"""A second download of a file by an address within this time is the same one, begun anew."""
_PART: Final = re.compile(r"bytes=(?!0-$)")


def count_when_sent(site: Site, response: Response, package_id: str, resource_id: str) -> None:
    """Count a download once its answer is on its way, unless it is none."""
    if not _is_download() or not _is_new(site, resource_id):
        return
    response.call_on_close(
        lambda: note(site, lambda session: count_download(session, package_id, resource_id))
    )


def _is_download() -> bool:
    is_part = _PART.match(request.headers.get("Range", "")) is not None
    return request.method == "GET" and not is_part and not is_robot(str(request.user_agent))


def _is_new(site: Site, resource_id: str) -> bool:
    """Tell whether nobody at this address began to download the file just now."""
    who = f"{request.remote_addr}\n{resource_id}"
    key = hashlib.sha256(who.encode()).hexdigest()[:32]
    return attempts_of(site).count_in(f"download:{key}", seconds=SAME_S) == 1
