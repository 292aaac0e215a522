"""Keeps the search index and the store in step with the database.

These run after the commit that asked for them, and read the state as it is
by then; running twice does no harm.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import structlog
from sqlalchemy import ColumnElement, func, select, true

from cytotheca.core.actions.package_dict import show_packages
from cytotheca.core.auth.labels import dataset_labels
from cytotheca.core.models.group import groups_of_packages
from cytotheca.core.models.package import Package, iter_package_ids, list_packages_by_id
from cytotheca.core.models.resource import Resource
from cytotheca.core.models.version import is_published_file
from cytotheca.core.publication.harvest import note_publicity
from cytotheca.core.runtime.changes import ResourceChange, ResourceKind
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.site import Site
from cytotheca.core.runtime.unit_of_work import reading
from cytotheca.core.search.document import build_document
from cytotheca.core.settings.site import SearchSettings, SiteSettings
from cytotheca.core.storage.objects import ObjectRef

log = structlog.get_logger(__name__)

BLOCK = 200
PROGRESS_EVERY = 50


def index_dataset(context: Context, payload: Mapping[str, Any]) -> None:
    """Index the dataset ``subject`` as it is now, or take it out; note it for harvesters.

    Its row is locked, so that of two processes the one that saw less is not the last.
    """
    package_id = str(payload["subject"])
    context.session.execute(select(Package.id).where(Package.id == package_id).with_for_update())
    note_publicity(context.session, package_id)
    documents = documents_of(context, [package_id])
    if documents:
        context.site.search.index(documents)
    else:
        context.site.search.remove([package_id])


def documents_of(context: Context, ids: Sequence[str]) -> list[dict[str, Any]]:
    """Return the index documents of those datasets that belong in the index."""
    settings = context.site.settings(SearchSettings)
    packages = [
        package
        for package in list_packages_by_id(context.session, ids)
        if not (package.state == "deleted" and settings.remove_deleted)
    ]
    groups = groups_of_packages(context.session, [package.id for package in packages])
    labels = dataset_labels(context, packages, groups)
    documents = []
    for package, shown in zip(packages, show_packages(context, packages), strict=True):
        document = build_document(
            shown,
            labels=(),
            site_id=context.site.settings(SiteSettings).site_id,
            resource_fields=settings.resource_fields,
        )
        context.site.hooks.before_dataset_index(context=context, document=document, dataset=shown)
        documents.append({**document, "permission_labels": labels[package.id]})
    return documents


def iter_documents(site: Site) -> Iterator[dict[str, Any]]:
    """Yield the documents of all datasets, a block of datasets per transaction."""
    after = ""
    while True:
        with reading(site, ignore_auth=True) as context:
            ids = iter_package_ids(context.session, after=after, block=BLOCK)
            documents = documents_of(context, ids)
        yield from documents
        if len(ids) < BLOCK:
            return
        after = ids[-1]


def rebuild_index(site: Site, progress: Callable[[int], None] | None = None) -> int:
    """Build the index anew; the old one serves until the new one is complete.

    ``progress`` is told how many datasets have been read, each time some more were.
    """

    def watched() -> Iterator[dict[str, Any]]:
        for done, document in enumerate(iter_documents(site), 1):
            yield document
            if progress is not None and done % PROGRESS_EVERY == 0:
                progress(done)

    return site.search.rebuild(watched())


def heal_index(site: Site) -> bool:
    """Build the index anew if it was lost or never was complete; tell whether it was."""
    if site.search.is_complete():
        return False
    log.warning("The search index is not complete and is being built anew.")
    log.info("The search index is complete.", datasets=rebuild_index(site))
    return True


def count_datasets(site: Site) -> int:
    """Return how many datasets belong in the index."""
    with site.database.reading() as session:
        query = select(func.count()).select_from(Package).where(_belongs_in_index(site))
        return session.scalar(query) or 0


def ids_to_index(site: Site) -> set[str]:
    """Return the ids of the datasets that belong in the index."""
    with site.database.reading() as session:
        return set(session.scalars(select(Package.id).where(_belongs_in_index(site))))


def _belongs_in_index(site: Site) -> ColumnElement[bool]:
    removes = site.settings(SearchSettings).remove_deleted
    return Package.state != "deleted" if removes else true()


def remove_objects(context: Context, payload: Mapping[str, Any]) -> None:
    """Remove stored objects that no resource and no published version refers to any more."""
    for bucket, key in payload["objects"]:
        used = select(Resource.id).where(Resource.bucket == bucket, Resource.object_key == key)
        published = is_published_file(context.session, bucket, key)
        if not published and context.session.scalar(used.limit(1)) is None:
            context.site.store.delete(ObjectRef(bucket=bucket, key=key))


def resource_change(context: Context, payload: Mapping[str, Any]) -> None:
    """Tell the plugins of a resource's change, after its commit."""
    packages = list_packages_by_id(context.session, [payload["dataset_id"]])
    dataset = show_packages(context, packages)[0] if packages else {"id": payload["dataset_id"]}
    shown = next(
        (one for one in dataset.get("resources", ()) if one["id"] == payload["subject"]),
        {"id": payload["subject"]},
    )
    change = ResourceChange(kind=ResourceKind(payload["kind"]), resource=shown, dataset=dataset)
    context.site.hooks.after_resource_change(context=context, change=change)


HANDLERS = {
    "index_dataset": index_dataset,
    "remove_objects": remove_objects,
    "resource_change": resource_change,
}
