"""A caller of the action API and the answers it gets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import requests

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Answer:
    """What the action API said: status line and decoded body."""

    status: int
    reason: str
    body: Any

    @property
    def result(self) -> Any:
        """The result of a success; anything else fails the test."""
        assert self.status == 200, self
        assert self.body["success"] is True, self
        return self.body["result"]

    @property
    def error(self) -> Any:
        """The error of a refusal; anything else fails the test."""
        assert self.status >= 400, self
        assert isinstance(self.body, dict), self
        assert self.body["success"] is False, self
        return self.body["error"]

    @property
    def message(self) -> str:
        """The one text of a refusal."""
        return str(self.error["message"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """One caller of one site; without a token, the anonymous public."""

    url: str
    name: str = ""
    token: str = ""
    id: str = ""

    def fetch(self, path: str, method: str = "GET", **options: Any) -> requests.Response:
        """Request any address; a path is taken on the site."""
        headers = {"Authorization": self.token} if self.token else {}
        headers |= options.pop("headers", {})
        address = path if path.startswith("http") else self.url + path
        options.setdefault("timeout", 120)
        return requests.request(method, address, headers=headers, **options)

    def get(self, action: str, /, **params: Any) -> Answer:
        """Call a reading action by GET, as DCOR-Aid and dclab do."""
        return self._call("GET", action, params=params)

    def post(self, action: str, params: Mapping[str, Any] | None = None, /, **more: Any) -> Answer:
        """Call an action with a JSON body."""
        return self._call("POST", action, json={**(params or {}), **more})

    def form(self, action: str, fields: Mapping[str, str], **files: Any) -> Answer:
        """Call an action with a multipart form, the way files are sent."""
        return self._call("POST", action, data=fields, files=files)

    def _call(self, method: str, action: str, **options: Any) -> Answer:
        response = self.fetch(f"/api/3/action/{action}", method, **options)
        try:
            body = response.json()
        except ValueError:
            body = response.text
        return Answer(response.status_code, response.reason, body)
