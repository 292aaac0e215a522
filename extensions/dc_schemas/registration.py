"""Registers objects that clients sent straight to the store."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, timedelta
from typing import Any

from cytotheca.core.plugins.toolkit import (
    Artifact,
    Context,
    NotAuthorized,
    ObjectInfo,
    ObjectRef,
    StorageSettings,
    UploadTicket,
    artifact_ref,
    bucket_name,
    clean_file_name,
    find_group,
    find_ticket_for_update,
    utc_now,
)
from cytotheca.extensions.dc_schemas.names import mimetype_of


def object_of(context: Context, dataset: Mapping[str, Any], resource_id: str) -> ObjectRef:
    """Return where the object of a new resource must be: in its circle's bucket."""
    pattern = context.site.settings(StorageSettings).bucket_pattern
    owner = dataset.get("owner_org")
    group = find_group(context.session, str(owner), is_organization=True) if owner else None
    bucket = bucket_name(pattern, group.id if group else None)
    return artifact_ref(bucket, Artifact.RESOURCE, resource_id)


def require_object(
    context: Context, dataset: Mapping[str, Any], resource: Mapping[str, Any]
) -> tuple[ObjectInfo, UploadTicket | None]:
    """Return object and ticket of a resource that was uploaded directly.

    Raises ``NotAuthorized`` unless the object is complete, in the bucket of the
    dataset's circle, and was begun by the caller.
    """
    rid = str(resource["id"])
    if str(resource.get("s3_available")).lower() != "true":
        raise NotAuthorized('"s3_available" must be set to True')
    ref = object_of(context, dataset, rid)
    info = context.site.store.stat(ref)
    ticket = find_ticket_for_update(context.session, ref.bucket, ref.key)
    if info is None or (ticket is None and not context.is_sysadmin):
        raise NotAuthorized(f"Resource {rid} not available on S3!")
    if ticket is not None and not _is_callers(context, ticket):
        raise NotAuthorized(f"Resource {rid} not available on S3!")
    return info, ticket


def _is_callers(context: Context, ticket: UploadTicket) -> bool:
    days = context.site.settings(StorageSettings).ticket_days
    fresh = utc_now() - ticket.created < timedelta(days=days)
    return context.is_sysadmin or (fresh and ticket.user_id == context.user_id)


def register(context: Context, dataset: Mapping[str, Any], resource: dict[str, Any]) -> None:
    """Fill in what the store knows of the object, and use its ticket up."""
    info, ticket = require_object(context, dataset, resource)
    if ticket is not None:
        ticket.consumed = utc_now()
    name = clean_file_name(str(resource.get("name") or "file"))
    resource.update(
        bucket=info.ref.bucket,
        object_key=info.ref.key,
        url=name,
        url_type="s3_upload",
        size=info.size_bytes,
        etag=info.etag,
        s3_available=True,
        s3_url=context.site.store.object_url(info.ref),
        last_modified=info.modified.astimezone(UTC).replace(tzinfo=None).isoformat(),
    )
    if info.sha256:
        resource["sha256"] = info.sha256


def complete(context: Context, dataset: Mapping[str, Any], resource: dict[str, Any]) -> None:
    """Fill in what the site knows of a new resource: object, addresses, media type."""
    if resource.get("object_key"):  # came through the site itself
        ref = ObjectRef(bucket=resource["bucket"], key=resource["object_key"])
        resource["s3_available"] = True
        resource["s3_url"] = context.site.store.object_url(ref)
    elif "s3_available" in resource and resource.get("id"):
        register(context, dataset, resource)
    resource["mimetype"] = mimetype_of(resource.get("name"))
