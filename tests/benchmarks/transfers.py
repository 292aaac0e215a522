"""Sending large files without holding them."""

from __future__ import annotations

import hashlib
import io
import os
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import requests
from measuring import MB
from requests_toolbelt import MultipartEncoder

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from typing import BinaryIO

    from acceptance.client import Client

HOUR_S = 3600


def write_random(path: Path, size: int) -> Path:
    """Write a file of noise, so that no file system can cheat."""
    block = os.urandom(8 * MB)
    with path.open("wb") as stream:
        for start in range(0, size, len(block)):
            stream.write(block[: size - start])
    return path


class Section(io.RawIOBase):
    """A section of a file, as a body of known length."""

    def __init__(self, stream: BinaryIO, start: int, length: int) -> None:
        super().__init__()
        stream.seek(start)
        self._stream, self._left = stream, length
        self.len = length  # requests asks for it

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        data = self._stream.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(data)
        return data

    def tell(self) -> int:
        """Tell requests that all of it is still to come."""
        return 0


def put_file(client: Client, dataset: Mapping[str, Any], path: Path) -> str:
    """Put a file to the store, in as many parts as the site asks for; return its id."""
    size = path.stat().st_size
    place = client.get(
        "resource_upload_s3_urls", organization_id=dataset["owner_org"], file_size=size
    ).result
    urls = place["upload_urls"]
    part = -(-size // len(urls))
    etags = []
    with path.open("rb") as stream:
        for number, url in enumerate(urls):
            body = Section(stream, number * part, min(part, size - number * part))
            stored = requests.put(url, data=body, timeout=HOUR_S)
            assert stored.status_code == 200, stored.text
            etags.append(stored.headers["ETag"])
    if len(urls) > 1:
        completed = requests.post(place["complete_url"], data=_completion(etags), timeout=HOUR_S)
        assert completed.status_code == 200, completed.text
    return str(place["resource_id"])


def _completion(etags: Sequence[str]) -> str:
    parts = "".join(
        f"<Part><PartNumber>{number}</PartNumber><ETag>{escape(etag)}</ETag></Part>"
        for number, etag in enumerate(etags, 1)
    )
    return f"<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>"


def post_form(client: Client, dataset: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """Upload a file inside a form, the way of old; return the resource."""
    with path.open("rb") as stream:
        form = MultipartEncoder(
            {
                "match__id": dataset["id"],
                "update__resources__extend": f'[{{"name":"{path.name}"}}]',
                "update__resources__-1__upload": (path.name, stream),
            }
        )
        answer = client.fetch(
            "/api/3/action/package_revise",
            "POST",
            data=form,
            headers={"Content-Type": form.content_type},
            timeout=HOUR_S,
        )
    assert answer.status_code == 200, answer.text
    resource: dict[str, Any] = answer.json()["result"]["package"]["resources"][-1]
    return resource


def download(url: str) -> str:
    """Fetch a file and return the SHA-256 of what came."""
    digest = hashlib.sha256()
    with requests.get(url, stream=True, timeout=HOUR_S) as answer:
        answer.raise_for_status()
        for block in answer.iter_content(MB):
            digest.update(block)
    return digest.hexdigest()
