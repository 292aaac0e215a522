"""Actions of the field: supplements, suffixes, and direct uploads to the store."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from cytotheca.core.plugins.toolkit import (
    Action,
    Artifact,
    Context,
    NoParams,
    NotAuthorized,
    Params,
    Resource,
    StorageSettings,
    UnknownAction,
    UploadTicket,
    ValidationError,
    artifact_ref,
    bucket_name,
    find_group,
    has_permission,
    new_id,
)
from cytotheca.extensions.dc_schemas.schema import allowed_suffixes
from cytotheca.extensions.dc_schemas.settings import SchemaSettings
from cytotheca.extensions.dc_schemas.supplements import load_supplements

UPLOAD_LIFE_S = 86_400


def resource_schema_supplements(context: Context, params: NoParams) -> dict[str, Any]:
    """Describe the supplements: section → ``{"key", "name", "requires", "items"}``."""
    del params
    folder = context.site.settings(SchemaSettings).json_resource_schema_dir
    return dict(load_supplements(folder))


DCOR_NAMES = {
    "dc_schemas": ("dcor_depot", "dcor_schemas", "dcor_theme"),
}


def status_show(next_action: Any, context: Context, params: Any) -> dict[str, Any]:
    """Show what the site is: address, title, versions, extensions.

    The extensions appear under the names that DCOR's clients look for, too.
    """
    shown: dict[str, Any] = dict(next_action(context, params))
    known = list(shown["extensions"])
    more = [name for one in known for name in DCOR_NAMES.get(one, ()) if name not in known]
    return {**shown, "extensions": [*known, *more]}


def supported_resource_suffixes(context: Context, params: NoParams) -> list[str]:
    """List the suffixes of files that this site takes, with their dots."""
    del params
    return list(allowed_suffixes(context.site.settings(SchemaSettings)))


def _size(value: Any) -> int | None:
    if value in (None, ""):
        return None
    try:
        return int(float(value))
    except (TypeError, ValueError, OverflowError):
        raise ValueError("Invalid integer") from None


class UploadUrls(Params):
    """Parameters of ``resource_upload_s3_urls``."""

    organization_id: str | None = None
    file_size: Annotated[int | None, BeforeValidator(_size)] = Field(default=None)


def resource_upload_s3_urls(context: Context, params: UploadUrls) -> dict[str, Any]:
    """Begin a direct upload: ``{"upload_urls", "complete_url", "resource_id"}``.

    Parameters: ``organization_id`` (id or name of the circle), ``file_size`` in
    bytes. Send the parts by PUT, complete by POST if there is more than one,
    then register the resource with ``package_revise`` and ``s3_available``.
    """
    storage = context.site.settings(StorageSettings)
    if not storage.direct_upload:
        raise UnknownAction("resource_upload_s3_urls")
    if not storage.uploads_enabled:
        raise NotAuthorized("Uploads are switched off on this site")
    if not params.organization_id:
        raise NotAuthorized("No `organization_id` provided")
    if params.file_size is None:
        raise NotAuthorized("No `file_size` provided")
    organization_id = _require_circle(context, params.organization_id)
    if params.file_size <= 0:
        raise ValidationError("Empty files cannot be uploaded")
    if params.file_size > storage.max_resource_mb * 1024 * 1024:
        raise ValidationError("File upload too large")
    rid = _fresh_id(context)
    bucket = bucket_name(storage.bucket_pattern, organization_id)
    ref = artifact_ref(bucket, Artifact.RESOURCE, rid)
    urls = context.site.store.begin_upload(
        ref, size_bytes=params.file_size, lifetime_s=UPLOAD_LIFE_S
    )
    context.session.add(
        UploadTicket(
            resource_id=rid,
            bucket=ref.bucket,
            object_key=ref.key,
            user_id=context.user_id or "",
            size_bytes=params.file_size,
        )
    )
    return {
        "upload_urls": list(urls.upload_urls),
        "complete_url": urls.complete_url,
        "resource_id": rid,
    }


def _require_circle(context: Context, ref: str) -> str:
    group = find_group(context.session, ref, is_organization=True)
    if group is None or not has_permission(context, group.id, "create_dataset"):
        raise NotAuthorized(
            f"User {context.user_name} not a member of the circle {ref[:100]} or circle does "
            "not exist"
        )
    return group.id


def _fresh_id(context: Context) -> str:
    while True:
        rid = new_id()
        if context.session.get(Resource, rid) is None:
            return rid


ACTIONS = (
    Action(name="status_show", body=status_show, read_only=True, chained=True),
    Action(
        name="resource_schema_supplements",
        body=resource_schema_supplements,
        params=NoParams,
        read_only=True,
    ),
    Action(
        name="supported_resource_suffixes",
        body=supported_resource_suffixes,
        params=NoParams,
        read_only=True,
    ),
    Action(
        name="resource_upload_s3_urls",
        body=resource_upload_s3_urls,
        params=UploadUrls,
        by_get=True,
        uploads=True,
    ),
)
