"""Removes what was derived from the files of a purged dataset."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete

from cytotheca.core.plugins.toolkit import Context, ObjectRef, Resource
from cytotheca.extensions.dc_schemas.models import Measurement
from cytotheca.extensions.dc_schemas.visibility import artifacts_of

EVENT = "dc_schemas_purge"


def forget(context: Context, dataset: Mapping[str, Any]) -> None:
    """Drop the facts, and have condensed files and previews removed after the commit."""
    objects: list[list[str]] = []
    for shown in dataset["resources"]:
        context.session.execute(delete(Measurement).where(Measurement.resource_id == shown["id"]))
        row = context.session.get(Resource, shown["id"])
        if row is not None and row.bucket and row.object_key:
            refs = artifacts_of(row.bucket, row.object_key, row.id)
            objects.extend([ref.bucket, ref.key] for ref in refs[1:])
    if objects:
        context.after_commit(EVENT, dataset["id"], {"objects": objects})


def remove_artifacts(context: Context, payload: Mapping[str, Any]) -> None:
    """Remove condensed files and previews."""
    for bucket, key in payload["objects"]:
        context.site.store.delete(ObjectRef(bucket=bucket, key=key))
