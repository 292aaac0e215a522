"""Keeps the public mark of stored objects in step with their dataset."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cytotheca.core.plugins.toolkit import (
    Artifact,
    Context,
    DatasetChange,
    ObjectRef,
    Package,
    Resource,
    artifact_ref,
)

EVENT = "dc_schemas_visibility"


def is_public(dataset: Mapping[str, Any]) -> bool:
    """Tell whether anybody may read the files of a dataset."""
    return dataset.get("state") == "active" and not dataset.get("private")


def note_change(context: Context, change: DatasetChange) -> None:
    """Have the marks set after the commit, if the dataset's visibility changed."""
    before = is_public(change.current) if change.current else False
    after = is_public(change.proposed)
    if before != after:
        context.after_commit(EVENT, change.proposed["id"], {})


def set_marks(context: Context, payload: Mapping[str, Any]) -> None:
    """Mark all artifacts of a dataset as its present visibility demands."""
    package = context.session.get(Package, payload["subject"])
    if package is None:
        return
    public = package.is_public
    for file, resource_id in stored_files(context.session, package.id):
        for ref in (file, *derived_files(file, resource_id)):
            context.site.store.set_public(ref, public=public)


def stored_files(session: Session, package_id: str) -> list[tuple[ObjectRef, str]]:
    """Return address and resource of each stored file of a dataset; one statement."""
    query = select(Resource.bucket, Resource.object_key, Resource.id).where(
        Resource.package_id == package_id, Resource.object_key.is_not(None)
    )
    return [
        (ObjectRef(bucket=str(bucket), key=str(key)), resource_id)
        for bucket, key, resource_id in session.execute(query)
    ]


def derived_files(file: ObjectRef, resource_id: str) -> tuple[ObjectRef, ObjectRef]:
    """Return the addresses of a file's condensed file and preview."""
    return (
        artifact_ref(file.bucket, Artifact.CONDENSED, resource_id),
        artifact_ref(file.bucket, Artifact.PREVIEW, resource_id),
    )
