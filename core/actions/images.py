"""Taking in the images of people, circles and collections."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cytotheca.core.domain.errors import ValidationError
from cytotheca.core.domain.images import STORED_NAME, detect_type, unsupported_type
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.site import Site
from cytotheca.core.schema.upload import UploadedFile
from cytotheca.core.settings.site import StorageSettings
from cytotheca.core.storage.images import BadImage, images_folder, remove_image, store_image

HEAD_BYTES = 1024
MEGABYTE = 1024 * 1024
REPLACED = "image_replaced"


def folder_of(site: Site, kind: str) -> Path:
    """Return the folder of the images of ``user``, ``group`` or ``admin``."""
    return images_folder(site.settings(StorageSettings).storage_path, kind)


def new_image(context: Context, kind: str, current: str | None, params: Any) -> str | None:
    """Return the image address after a change: an upload, an address, nothing, or as before.

    ``params`` has ``image_upload``, ``clear_upload`` and ``image_url``. An image
    of ours that is no longer used is removed after the commit.
    """
    if params.image_upload:
        wanted: str | None = take_image(context, kind, params.image_upload)
    elif "image_url" in params.model_fields_set:
        wanted = _address(params.image_url, current)
    else:
        wanted = None if params.clear_upload else current
    if current and wanted != current and STORED_NAME.fullmatch(current):
        context.after_commit(REPLACED, current[:36], {"kind": kind, "name": current})
    return wanted


def forget_image(context: Context, payload: Mapping[str, Any]) -> None:
    """Remove an image that nothing shows any more; runs after the commit."""
    remove_image(folder_of(context.site, payload["kind"]), payload["name"])


HANDLERS = {REPLACED: forget_image}


def _address(given: str | None, current: str | None) -> str | None:
    """Return a given address; names of stored images only if it is the present one."""
    if given and STORED_NAME.fullmatch(given):
        return current
    return given or None


def take_image(context: Context, kind: str, upload: Any) -> str:
    """Store an uploaded image; return its name. Raises ``ValidationError``."""
    if not isinstance(upload, UploadedFile):
        raise ValidationError({"image_upload": ["Must be a file"]})
    storage = context.site.settings(StorageSettings)
    limit_mb = storage.max_image_mb
    if upload.too_large or upload.incoming.size_bytes > limit_mb * MEGABYTE:
        raise ValidationError({"image_upload": ["File upload too large"]})
    source = upload.incoming.path
    with source.open("rb") as file:
        head = file.read(HEAD_BYTES)
    allowed = storage.user_images if kind == "user" else storage.group_images
    refused = unsupported_type(upload.filename, upload.content_type, head, allowed)
    if refused:
        raise ValidationError({"image_upload": [f"Unsupported upload type: {refused}"]})
    elsewhere: str | None = context.site.hooks.store_image(
        context=context, kind=kind, upload=upload
    )
    if elsewhere is not None:
        return elsewhere
    try:
        return store_image(folder_of(context.site, kind), source, detect_type(head))
    except BadImage as error:
        raise ValidationError({"image_upload": [f"Unsupported upload: {error}"]}) from error
