"""The public API as any script may use it: actions, and uploads to signed URLs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import httpx

BLOCK_BYTES = 256 * 1024
OnBytes = Callable[[int], None]


class ApiError(Exception):
    """The site refused a call; the text holds its answer."""


class Api:
    """A site, called with somebody's token."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        # no proxy of the environment: the site is on this machine
        self._client = httpx.Client(
            base_url=url, headers={"Authorization": token}, timeout=300, trust_env=False
        )

    def call(self, action: str, **params: Any) -> Any:
        """Run an action and return its result. Raises ``ApiError``."""
        answer = self._client.post(f"/api/3/action/{action}", json=params)
        if answer.status_code != httpx.codes.OK:
            raise ApiError(f"{action}: {answer.status_code} {answer.text[:500]}")
        return answer.json()["result"]

    def has(self, path: str) -> bool:
        """Tell whether a file can be downloaded."""
        return self._client.head(path, follow_redirects=True).status_code == httpx.codes.OK

    def upload(self, path: Path, organization_id: str, on_bytes: OnBytes) -> str:
        """Send a file straight to the object store; return the id of the new resource."""
        size = path.stat().st_size
        place = self.call(
            "resource_upload_s3_urls", organization_id=organization_id, file_size=size
        )
        (target,) = place["upload_urls"]  # one part: these files are far below 1 GiB
        with path.open("rb") as stream:
            answer = httpx.put(
                target,
                content=_blocks(stream, on_bytes),
                headers={"Content-Length": str(size)},
                timeout=300,
                trust_env=False,
            )
        if answer.status_code != httpx.codes.OK:
            raise ApiError(f"upload of {path.name}: {answer.status_code} {answer.text[:500]}")
        return str(place["resource_id"])


def _blocks(stream: BinaryIO, on_bytes: OnBytes) -> Iterator[bytes]:
    while block := stream.read(BLOCK_BYTES):
        yield block
        on_bytes(len(block))
