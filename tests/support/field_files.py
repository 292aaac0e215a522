"""Files of the field on a site in this process, whose jobs run when a test says so."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from cytotheca.core.plugins.toolkit import Artifact, StorageSettings, artifact_ref, bucket_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pages_site import PagesSite


def bucket_of(field: PagesSite) -> str:
    """Return the bucket of lab-a."""
    owner = field.call("organization_show", id="lab-a")["id"]
    return bucket_name(field.site.settings(StorageSettings).bucket_pattern, owner)


def deposit(field: PagesSite, files: Mapping[str, bytes], **fields: Any) -> dict[str, Any]:
    """Make a draft of lab-a with files, by name, as a sysadmin; return it."""
    resources = []
    for name, content in files.items():
        rid = str(uuid.uuid4())
        incoming = field.site.store.incoming()
        incoming.write(content)
        ref = artifact_ref(bucket_of(field), Artifact.RESOURCE, rid)
        field.site.store.store_incoming(ref, incoming)
        resources.append({"id": rid, "name": name, "s3_available": True})
    usual = {"title": "Beads", "authors": "Ada", "license_id": "CC0-1.0", "owner_org": "lab-a"}
    made: dict[str, Any] = field.call(
        "package_create", "ada", **(usual | fields), resources=resources
    )
    return made
