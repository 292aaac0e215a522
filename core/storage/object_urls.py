"""The URLs of a local store, which its gateway serves.

Parameters in the query, all of them signed: ``size`` of a single PUT;
``uploadId`` and ``partNumber`` of a part; ``uploadId`` of the POST that
completes; ``filename`` of a download.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cytotheca.core.storage.objects import ObjectRef, SignedUrl, UploadUrls
from cytotheca.core.storage.signing import SignatureState, UrlSigner, grid_expiry
from cytotheca.core.storage.uploads import OpenUpload

SIZE, UPLOAD_ID, PART_NUMBER, FILENAME = "size", "uploadId", "partNumber", "filename"


class ObjectUrls:
    """Makes and checks the URLs of objects below a base URL."""

    def __init__(self, base_url: str, signer: UrlSigner, clock: Callable[[], float]) -> None:
        self._base_url = base_url
        self._signer = signer
        self._clock = clock

    def at(self, base_url: str) -> ObjectUrls:
        """Return the URLs below another base."""
        return ObjectUrls(base_url, self._signer, self._clock)

    def plain(self, ref: ObjectRef) -> str:
        """Return the unsigned path-style URL of an object; its names need no quoting."""
        return f"{self._base_url}/{ref.bucket}/{ref.key}"

    def download(self, ref: ObjectRef, *, lifetime_s: int, filename: str | None) -> SignedUrl:
        """Return a signed GET URL; the same one for a fifth of its lifetime."""
        params = {FILENAME: filename} if filename else {}
        expires = grid_expiry(self._clock(), lifetime_s)
        return SignedUrl(url=self._signed("GET", ref, params, expires), expires=expires)

    def single_upload(self, ref: ObjectRef, size_bytes: int, *, lifetime_s: int) -> UploadUrls:
        """Return the URL of one PUT of the whole object."""
        url = self._signed("PUT", ref, {SIZE: str(size_bytes)}, self._expiry(lifetime_s))
        return UploadUrls(upload_urls=[url], complete_url=None)

    def upload_in_parts(self, upload: OpenUpload, *, lifetime_s: int) -> UploadUrls:
        """Return a PUT URL for each part, and the POST URL that completes."""
        expires, ref = self._expiry(lifetime_s), upload.ref
        named = {UPLOAD_ID: upload.upload_id}
        parts = [
            self._signed("PUT", ref, {**named, PART_NUMBER: str(number)}, expires)
            for number in range(1, upload.plan.count + 1)
        ]
        return UploadUrls(upload_urls=parts, complete_url=self._signed("POST", ref, named, expires))

    def check(
        self, method: str, ref: ObjectRef, query: Sequence[tuple[str, str]]
    ) -> SignatureState:
        """Return whether a query allows a method on an object; HEAD needs what GET needs."""
        signed_method = "GET" if method == "HEAD" else method
        return self._signer.check(signed_method, ref, query, now=self._clock())

    def _signed(self, method: str, ref: ObjectRef, params: dict[str, str], expires: int) -> str:
        return f"{self.plain(ref)}?{self._signer.sign(method, ref, params, expires=expires)}"

    def _expiry(self, lifetime_s: int) -> int:
        return round(self._clock()) + lifetime_s
