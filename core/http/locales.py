"""Addresses that begin with a language, such as ``/de/dataset/beads``.

CKAN puts the language first. Pages here have one language; such addresses, in
bookmarks and scripts, lead to what they lead to without it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LOCALES: Final = frozenset(
    """
    am ar bg bs ca cs_CZ da_DK de el en en_AU en_GB es es_AR eu fa_IR fi fr gl he hr hu id is it
    ja km ko_KR lt lv mk mn_MN my_MM nb_NO ne nl no pl pt_BR pt_PT ro ru sk sl sq sr sr_Latn sv
    th tl tr uk uk_UA vi zh_CN zh_Hans_CN zh_Hant_TW zh_TW
    """.split()  # noqa: SIM905 - a name on each line is too long to be read
)
"""The languages of CKAN, as they stand in addresses."""


class LocalePrefix:
    """Takes a language off the beginning of each address; any WSGI application behind it."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve a request."""
        path = environ.get("PATH_INFO", "")
        first, slash, rest = path.lstrip("/").partition("/")
        if first in LOCALES and path.startswith(f"/{first}"):
            environ["PATH_INFO"] = f"/{rest.lstrip('/')}" if slash else "/"
        return self._app(environ, start_response)
