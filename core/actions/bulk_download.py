"""All files of a dataset, or some of them, at once: first what they are, then their bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from cytotheca.core.actions.package_dict import shown_url
from cytotheca.core.auth.package import get_package
from cytotheca.core.domain.downloads import clean_filename
from cytotheca.core.domain.errors import ValidationError
from cytotheca.core.models.resource import Resource
from cytotheca.core.models.resource_list import list_chosen, names_in_use_twice, sum_chosen
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.declare import Action
from cytotheca.core.runtime.origin import INSIDE, Origin
from cytotheca.core.runtime.site import Site
from cytotheca.core.runtime.unit_of_work import reading
from cytotheca.core.schema.params import MAX_ITEMS, IdParams, Natural, WordList
from cytotheca.core.settings.feeds import BulkSettings
from cytotheca.core.settings.site import SiteSettings
from cytotheca.core.storage.objects import ObjectRef

BLOCK = 1000
_NO_LINE = re.compile(r"[\x00-\x20\x7f]")  # an address must not begin another line of a list


class ManifestParams(IdParams):
    """Parameters of ``dataset_manifest``."""

    resources: Annotated[WordList, Field(default_factory=list, max_length=MAX_ITEMS)]
    limit: Natural = 100
    offset: Natural = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkFile:
    """A file of a bulk download; ``ref`` is None for links, which have an address only."""

    path: str
    url: str
    size_bytes: int
    sha256: str
    ref: ObjectRef | None


def dataset_manifest(context: Context, params: ManifestParams) -> dict[str, Any]:
    """List the files of a dataset for downloading them all, a page at a time.

    Parameters: ``id``, ``resources`` (ids of some; all if empty), ``limit`` (100, at
    most 1000), ``offset``. Returns ``{"count", "size_bytes", "zip": whether the site
    makes one archive of them, "zip_bytes" and "zip_files": up to how many it does,
    "files": [{"path", "url", "size", "sha256", "stored"}]}``. A path is unique and
    safe; what is not ``stored`` is a link to elsewhere and not in the archive.

    Example: ``{"id": "beads-1"}``
    """
    package = get_package(context, params.id)
    bulk = context.site.settings(BulkSettings)
    count, size_bytes = sum_chosen(context.session, package.id, params.resources)
    if params.resources and count != len(set(params.resources)):
        raise ValidationError({"resources": ["Not all of these are files of the dataset."]})
    limit = min(params.limit, BLOCK)
    files = _read(context, package.id, params.resources, limit=limit, offset=params.offset)
    return {
        "count": count,
        "size_bytes": size_bytes,
        "zip": 0 < count <= bulk.zip_files and size_bytes <= bulk.zip_bytes,
        "zip_bytes": bulk.zip_bytes,
        "zip_files": bulk.zip_files,
        "files": [
            {
                "path": one.path,
                "url": one.url,
                "size": one.size_bytes,
                "sha256": one.sha256 or None,
                "stored": one.ref is not None,
            }
            for one in files
        ],
    }


def iter_files(
    site: Site,
    *,
    user_id: str | None,
    dataset_id: str,
    resources: Sequence[str],
    origin: Origin = INSIDE,
) -> Iterator[BulkFile]:
    """Yield the files of a bulk download; a block at a time, each with its own permission check.

    No session is open while the caller sends what was yielded.
    """
    offset = 0
    while True:
        asked = ManifestParams(id=dataset_id, resources=list(resources), limit=0)
        with reading(site, user_id=user_id, via="web", origin=origin) as context:
            context.check("dataset_manifest", asked)
            files = _read(context, dataset_id, resources, limit=BLOCK, offset=offset)
        yield from files
        if len(files) < BLOCK:
            return
        offset += BLOCK


def _read(
    context: Context, package_id: str, resources: Sequence[str], *, limit: int, offset: int
) -> list[BulkFile]:
    rows = list_chosen(context.session, package_id, resources, limit=limit, offset=offset)
    twice = names_in_use_twice(context.session, package_id)
    site_url = context.site.settings(SiteSettings).site_url
    return [_file(site_url, row, twice) for row in rows]


def _file(site_url: str, resource: Resource, twice: frozenset[str]) -> BulkFile:
    """Return a file; its position keeps it apart from others of the same name."""
    stored = bool(resource.bucket and resource.object_key)
    given = resource.name or ""
    name = clean_filename(given or resource.url.rpartition("/")[2] or resource.id)
    unique = name == given and name.lower() not in twice
    return BulkFile(
        path=name if unique else f"{resource.position + 1:05d}-{name}",
        url=_NO_LINE.sub("%20", shown_url(site_url, resource)),
        size_bytes=resource.size or 0,
        sha256=resource.sha256 or "",
        ref=ObjectRef(bucket=resource.bucket or "", key=resource.object_key or "")
        if stored
        else None,
    )


ACTIONS = (
    Action(name="dataset_manifest", body=dataset_manifest, params=ManifestParams, read_only=True),
)
