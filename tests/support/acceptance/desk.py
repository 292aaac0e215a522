"""Uploads as DCOR-Aid makes them, step by step."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import requests

from acceptance.waiting import wait_for

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Mapping

    from acceptance.client import Answer, Client


@dataclass(frozen=True, slots=True, kw_only=True)
class Deposit:
    """A local file and what it became on the site."""

    path: pathlib.Path
    dataset: dict[str, Any]
    resource: dict[str, Any]

    @property
    def page(self) -> str:
        """The address of the resource's page."""
        return f"/dataset/{self.dataset['id']}/resource/{self.resource['id']}"

    @property
    def key(self) -> str:
        """The end of its objects' keys."""
        rid = self.resource["id"]
        return f"{rid[:3]}/{rid[3:6]}/{rid[6:]}"


class Desk:
    """Uploads as DCOR-Aid makes them, step by step."""

    @staticmethod
    def draft(client: Client, **fields: Any) -> dict[str, Any]:
        """Make a draft; private and free of rights unless told otherwise."""
        usual = {
            "title": f"Beads {uuid.uuid4().hex[:8]}",
            "authors": "Ada, Ed",
            "license_id": "CC0-1.0",
            "owner_org": "lab-a",
            "private": True,
            "state": "draft",
        }
        return client.post("package_create", usual | fields).result

    @staticmethod
    def put(client: Client, dataset: Mapping[str, Any], content: bytes) -> str:
        """Put bytes to the store and return the id under which they wait."""
        place = client.get(
            "resource_upload_s3_urls", organization_id=dataset["owner_org"], file_size=len(content)
        ).result
        stored = requests.put(place["upload_urls"][0], data=content, timeout=120)
        assert stored.status_code == 200, stored.text
        return place["resource_id"]

    @staticmethod
    def register(client: Client, dataset: Mapping[str, Any], **resource: Any) -> Answer:
        """Add a resource for an object that was put before."""
        added = {"s3_available": True} | resource
        match = {"match": {"id": dataset["id"]}}
        return client.post("package_revise", match, update__resources__extend=[added])

    def direct(
        self, client: Client, dataset: dict[str, Any], path: pathlib.Path, name: str = ""
    ) -> Deposit:
        """Upload a file past the site's own processes, the main way."""
        rid = self.put(client, dataset, path.read_bytes())
        package = self.register(client, dataset, id=rid, name=name or path.name).result["package"]
        return Deposit(path=path, dataset=package, resource=package["resources"][-1])

    @staticmethod
    def legacy(
        client: Client, dataset: dict[str, Any], path: pathlib.Path, name: str = ""
    ) -> Deposit:
        """Upload a file with a form, the way of old."""
        name = name or path.name
        extend = f'[{{"name":"{name}"}}]'
        fields = {"match__id": dataset["id"], "update__resources__extend": extend}
        with path.open("rb") as stream:
            upload = {"update__resources__-1__upload": (name, stream)}
            package = client.form("package_revise", fields, **upload).result["package"]
        return Deposit(path=path, dataset=package, resource=package["resources"][-1])

    @staticmethod
    def processed(client: Client, deposit: Deposit) -> Deposit:
        """Wait for the jobs of a measurement: digest, condensed file and preview."""

        def derived(name: str) -> bool:
            head = client.fetch(f"{deposit.page}/{name}", "HEAD", allow_redirects=False)
            return head.status_code in {200, 302}

        def shown() -> dict[str, Any]:
            return client.get("resource_show", id=deposit.resource["id"]).result

        wait_for(lambda: {"sha256", "etag"} <= set(shown()))
        wait_for(lambda: derived("condensed.rtdc") and derived("preview.jpg"))
        return replace(deposit, resource=shown())

    @staticmethod
    def revise(client: Client, dataset: Mapping[str, Any], **changes: Any) -> Answer:
        """Change fields of a dataset."""
        return client.post("package_revise", match={"id": dataset["id"]}, update=changes)

    def measure(self, client: Client, path: pathlib.Path, **fields: Any) -> Deposit:
        """Make a dataset of one measurement, all jobs done, and activate it."""
        deposit = self.direct(client, self.draft(client, **fields), path)
        deposit = self.processed(client, deposit)
        package = self.revise(client, deposit.dataset, state="active").result["package"]
        return replace(deposit, dataset=package)
