"""The site that is read: its actions and its files, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import httpx
import tenacity

PAGE = 500
ATTEMPTS = 6
LONGEST_WAIT_S = 30
TIMEOUT = httpx.Timeout(60, connect=15)
BUSY = frozenset({429, 500, 502, 503, 504})


class SourceRefused(Exception):
    """The other site does not give what was asked; the text says what it said."""


class SourceBusy(Exception):
    """The other site cannot answer just now."""


class CkanSource:
    """A running site with CKAN's action API, and the caller's token there.

    What fails on the way is tried again, with growing pauses.
    """

    def __init__(self, url: str, token: str | None) -> None:
        self.url = url.rstrip("/")
        headers = {"User-Agent": "cytotheca-import"}
        if token:
            headers["Authorization"] = token
        self._client = httpx.Client(headers=headers, timeout=TIMEOUT)

    def close(self) -> None:
        """Give back the connections."""
        self._client.close()

    def call(self, action: str, **params: Any) -> Any:
        """Return the result of an action. Raises ``SourceRefused``."""
        answer: httpx.Response = patiently()(self._ask, action, params)
        if answer.is_redirect:
            raise SourceRefused(f"the site answers at {answer.headers.get('Location')}; name that")
        try:
            body = answer.json()
        except ValueError:
            body = None
        if not isinstance(body, dict) or "success" not in body:
            raise SourceRefused(f"{action}: {answer.status_code}, not an answer of CKAN's API")
        if not body["success"]:
            raise SourceRefused(f"{action}: {_told(body.get('error'))}")
        return body.get("result")

    def iter_dataset_ids(self) -> Iterator[str]:
        """Yield the ids of all datasets that the token sees, drafts and private ones too."""
        start = 0
        while True:
            found: Sequence[Any] = self.call(
                "package_search",
                q="*:*",
                sort="id asc",
                rows=PAGE,
                start=start,
                include_private=True,
                include_drafts=True,
            )["results"]
            yield from (one["id"] for one in found)
            start += len(found)
            if not found:
                return

    @contextmanager
    def open_file(self, path: str, start: int) -> Iterator[httpx.Response]:
        """Give the answer to a request for a file from one byte on; also 416.

        The token stays with the site when the file is on another one.
        """
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={start}-"} if start else {})
        url = f"{self.url}{quote(path)}"
        with self._client.stream("GET", url, headers=headers, follow_redirects=True) as answer:
            if answer.status_code in BUSY:
                raise SourceBusy(f"{answer.status_code} {answer.reason_phrase}")
            if (
                answer.is_error
                and answer.status_code != httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE
            ):
                raise SourceRefused(f"{answer.status_code} {answer.reason_phrase}")
            yield answer

    def _ask(self, action: str, params: dict[str, Any]) -> httpx.Response:
        answer = self._client.post(f"{self.url}/api/3/action/{action}", json=params)
        if answer.status_code in BUSY:
            raise SourceBusy(f"{action}: {answer.status_code} {answer.reason_phrase}")
        return answer


def patiently() -> tenacity.Retrying:
    """Return what tries again while the network or the other site fails."""
    return tenacity.Retrying(
        retry=tenacity.retry_if_exception_type((httpx.TransportError, SourceBusy)),
        wait=tenacity.wait_exponential(multiplier=0.5, max=LONGEST_WAIT_S),
        stop=tenacity.stop_after_attempt(ATTEMPTS),
        reraise=True,
    )


def _told(error: Any) -> str:
    if not isinstance(error, dict):
        return str(error)
    return str(error.get("message") or {k: v for k, v in error.items() if k != "__type"})
