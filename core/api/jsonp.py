"""JSONP: answers that pages of other sites read through a script element.

The browser sends our cookie along, so such a call runs as the public, whatever
it brings; and the callback must be a name, so that nothing else is run.
"""

from __future__ import annotations

import re
from typing import Final

from flask import Response, request

CALLBACK: Final = re.compile(r"[A-Za-z_$][\w$.]{0,100}", re.ASCII)
PARAMETER: Final = "callback"
SCRIPT_TYPE: Final = "application/javascript;charset=utf-8"


class BadCallback(ValueError):
    """The callback is no name of a function."""


def wanted_callback() -> str:
    """Return the function that the answer is to call, or nothing. Raises ``BadCallback``."""
    name = request.args.get(PARAMETER, "") if request.method == "GET" else ""
    if name and not CALLBACK.fullmatch(name):
        raise BadCallback("the callback must be the name of a function")
    return name


def wrap(response: Response, callback: str) -> Response:
    """Return a successful answer as a call of the function; others as they are."""
    if not callback or response.status_code != 200:  # noqa: PLR2004
        return response
    response.set_data(f"{callback}({response.get_data(as_text=True)});")
    response.content_type = SCRIPT_TYPE
    return response
