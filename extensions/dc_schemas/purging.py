"""Removes what was derived from the files of a purged dataset."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cytotheca.core.plugins.toolkit import Context, ObjectRef
from cytotheca.extensions.dc_schemas.derived import forget_made
from cytotheca.extensions.dc_schemas.models import Measurement
from cytotheca.extensions.dc_schemas.visibility import derived_files, stored_files

EVENT = "dc_schemas_purge"


def forget(context: Context, dataset: Mapping[str, Any]) -> None:
    """Drop the facts, and have condensed files and previews removed after the commit."""
    forget_made(context.session, Measurement, dataset["id"])
    objects = [
        [ref.bucket, ref.key]
        for file, resource_id in stored_files(context.session, dataset["id"])
        for ref in derived_files(file, resource_id)
    ]
    if objects:
        context.after_commit(EVENT, dataset["id"], {"objects": objects})


def remove_artifacts(context: Context, payload: Mapping[str, Any]) -> None:
    """Remove condensed files and previews."""
    for bucket, key in payload["objects"]:
        context.site.store.delete(ObjectRef(bucket=bucket, key=key))
