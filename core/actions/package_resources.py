"""Writes the resources of a dataset: rows, order, and the files that came along."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from cytotheca.core.domain.errors import ValidationError
from cytotheca.core.domain.filenames import (
    clean_file_name,
    guess_format,
    guess_mimetype,
    normalize_format,
)
from cytotheca.core.models.base import new_id, utc_now
from cytotheca.core.models.package import Package
from cytotheca.core.models.resource import Resource, ResourceView
from cytotheca.core.runtime.changes import DatasetChange, ResourceKind
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.site import Site
from cytotheca.core.runtime.views import ViewSpec
from cytotheca.core.schema.dataset import RESOURCE_COLUMNS, RESOURCE_SHOWN
from cytotheca.core.schema.upload import UploadedFile
from cytotheca.core.settings.site import ALL_VIEWS, StorageSettings, WebSettings
from cytotheca.core.storage.layout import Artifact, artifact_ref, bucket_name
from cytotheca.core.storage.objects import ObjectRef

DATES = frozenset({"last_modified", "cache_last_updated"})
CLEARED = frozenset({"url", "description", "mimetype", "mimetype_inner", "resource_type"})
FACTS = ("etag", "sha256")
STORED = ("bucket", "object_key")


class ResourceSaver:
    """Brings the resource rows of one dataset to what is proposed.

    ``changes`` collects ``(resource id, kind)`` for the plugins, ``moved`` the ids of
    resources that were there and have another address or file now. Where a file is, and
    what is known of its bytes, nobody can say from outside.
    """

    def __init__(self, context: Context, package: Package, change: DatasetChange) -> None:
        self.context = context
        self.package = package
        self.change = change
        self.changes: list[tuple[str, str]] = []
        self.moved: set[str] = set()

    def save(self, items: Sequence[dict[str, Any]]) -> bool:
        """Write all resources; True if anything changed."""
        have = {row.id: row for row in self._rows()}
        self._require_new_ids(items, have)
        kept: set[str] = set()
        changed = False
        for position, item in enumerate(items):
            row = have.get(item.get("id") or "")
            upload = self.change.uploads.get(position)
            if row is None:
                row = self._create(item, position, upload)
                changed = True
            elif self._update(row, item, position, upload):
                changed = True
            kept.add(row.id)
        for row in have.values():
            if row.id not in kept:
                self.context.session.delete(row)
                self.changes.append((row.id, ResourceKind.DELETED))
                changed = True
        self.context.session.flush()
        return changed

    def _rows(self) -> Sequence[Resource]:
        query = select(Resource).where(Resource.package_id == self.package.id)
        return self.context.session.scalars(query).all()

    def _require_new_ids(
        self, items: Sequence[Mapping[str, Any]], have: Mapping[str, Resource]
    ) -> None:
        """Refuse ids that another dataset uses or that stand here twice."""
        ids = [item["id"] for item in items if item.get("id")]
        fresh = [rid for rid in ids if rid not in have]
        taken = set(
            self.context.session.scalars(select(Resource.id).where(Resource.id.in_(fresh)))
            if fresh
            else ()
        )
        bad = _doubled_or_taken(items, taken)
        if any(bad):
            text = {"id": ["Resource id already exists."]}
            raise ValidationError({"resources": [text if wrong else {} for wrong in bad]})

    def _create(self, item: dict[str, Any], position: int, upload: UploadedFile | None) -> Resource:
        data = _without(item, STORED)
        claimed = {key: data.pop(key) for key in FACTS if key in data}
        row = Resource(
            id=data.get("id") or new_id(),
            package_id=self.package.id,
            position=position,
            created=utc_now(),
            extras={},
        )
        data["id"] = row.id
        if upload is not None:
            data.update(self._store(row, upload, data))
        _fill_guesses(data)  # before the plugins, who may know better
        self.context.site.hooks.complete_resource(
            context=self.context, dataset=self.change.proposed, resource=data
        )
        if not data.get("object_key"):
            data.update(claimed)
        self._write(row, data)
        self.context.session.add(row)
        self.changes.append((row.id, ResourceKind.NEW))
        return row

    def _update(
        self, row: Resource, item: dict[str, Any], position: int, upload: UploadedFile | None
    ) -> bool:
        before = (row.url, row.last_modified)
        data = _without(item, STORED)
        if row.object_key and not self.context.ignore_auth:
            data = _without(data, FACTS)
        if upload is not None:
            data.update(self._store(row, upload, data))
            self._write(row, data)
            self.changes.append((row.id, ResourceKind.FILE))
        elif self._write(row, data):
            row.metadata_modified = utc_now()
            self.changes.append((row.id, ResourceKind.METADATA))
        elif row.position != position:
            row.position = position
            return True
        else:
            return False
        row.position = position
        row.metadata_modified = utc_now()
        if (row.url, row.last_modified) != before:
            self.moved.add(row.id)
        return True

    def _store(
        self, row: Resource, upload: UploadedFile, data: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """Make the uploaded file an object and return what is known of it.

        A plugin may store it elsewhere; then the resource is a link. A replaced
        file gets a new key; the old object is swept later, so that a transaction
        that fails leaves the old file intact.
        """
        elsewhere: Mapping[str, Any] | None = self.context.site.hooks.store_upload(
            context=self.context, resource=data, upload=upload
        )
        if elsewhere is not None:
            return _without(elsewhere, STORED)
        ref = self._new_ref(row)
        info = self.context.site.store.store_incoming(ref, upload.incoming)
        name = clean_file_name(upload.filename)
        return {
            "url": name,
            "url_type": "upload",
            "size": info.size_bytes,
            "last_modified": datetime.now(UTC).replace(tzinfo=None).isoformat(),
            "mimetype": guess_mimetype(name),
            "etag": info.etag,
            "sha256": info.sha256,
            "bucket": ref.bucket,
            "object_key": ref.key,
        }

    def _new_ref(self, row: Resource) -> ObjectRef:
        """Return the address of the next file of a resource.

        What is there already may be the file of a former resource with the same id,
        to which a published version refers.
        """
        pattern = self.context.site.settings(StorageSettings).bucket_pattern
        bucket = bucket_name(pattern, self.package.owner_org)
        edition = _next_edition(row.object_key)
        while True:
            ref = artifact_ref(bucket, Artifact.RESOURCE, row.id, edition=edition)
            if self.context.site.store.stat(ref) is None:
                return ref
            edition += 1

    def _write(self, row: Resource, data: Mapping[str, Any]) -> bool:
        """Write columns and further keys; True if any changed.

        What is said of the bytes of a link is a further key like any other.
        """
        own = (*FACTS, *STORED) if data.get("object_key") or row.object_key else ()
        wanted: dict[str, Any] = {
            key: _time(data.get(key)) if key in DATES else data.get(key)
            for key in RESOURCE_COLUMNS
            if key in data or key in CLEARED
        }
        wanted["url"] = _stored_url(row, data)
        wanted |= {key: data[key] for key in own if key in data}
        wanted["extras"] = _without(data, (*RESOURCE_SHOWN, *own))
        if wanted.get("format", "") is None:
            wanted["format"] = row.format or ""
        changed = False
        for key, value in wanted.items():
            if getattr(row, key) != value:
                setattr(row, key, value)
                changed = True
        return changed


def _without(item: Mapping[str, Any], keys: Sequence[str]) -> dict[str, Any]:
    return {key: value for key, value in item.items() if key not in keys}


def _doubled_or_taken(items: Sequence[Mapping[str, Any]], taken: set[str]) -> list[bool]:
    seen: set[str] = set()
    bad = []
    for item in items:
        rid = item.get("id")
        bad.append(bool(rid) and (rid in taken or rid in seen))
        if rid:
            seen.add(rid)
    return bad


def _fill_guesses(data: dict[str, Any]) -> None:
    """Guess format and media type of a new resource from its address or name."""
    source = data.get("url") or data.get("name") or ""
    given = data.get("format")
    data["format"] = normalize_format(given) if given else guess_format(source)
    if not data.get("mimetype"):
        data["mimetype"] = guess_mimetype(source)
    url = data.get("url") or ""
    if url and not data.get("object_key") and "://" not in url and not url.startswith("/"):
        data["url"] = f"http://{url}"


def _stored_url(row: Resource, data: Mapping[str, Any]) -> str:
    """Return the address to keep: of stored files only the last segment."""
    url = data.get("url") or ""
    if data.get("object_key") or row.object_key:
        return url.rsplit("/", 1)[-1] or row.url
    return url


def _next_edition(key: str | None) -> int:
    if not key:
        return 0
    _, _, edition = key.partition("~")
    return int(edition or 0) + 1


def _time(value: Any) -> datetime | None:
    return datetime.fromisoformat(value).replace(tzinfo=UTC) if value else None


def default_views(
    context: Context, resource: Mapping[str, Any], dataset: Mapping[str, Any]
) -> None:
    """Add the site's views that apply to a new resource."""
    fitting = [spec for spec in default_specs(context.site) if spec.applies(resource, dataset)]
    for order, spec in enumerate(fitting):
        context.session.add(
            ResourceView(
                resource_id=resource["id"],
                title=spec.title,
                description="",
                view_type=spec.name,
                order=order,
                config={},
            )
        )


def default_specs(site: Site) -> list[ViewSpec]:
    """Return the views that new files get where they fit, in the order of the setting."""
    wanted = site.settings(WebSettings).default_views
    if ALL_VIEWS in wanted:
        return list(site.views.values())
    return [site.views[name] for name in wanted if name in site.views]
