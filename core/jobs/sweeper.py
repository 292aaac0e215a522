"""Removes what nobody needs: abandoned uploads, replaced files, the rest of killed jobs.

An object goes only when no resource, no open ticket and no published version
refers to it, and when it is older than any upload can last.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from cytotheca.core.jobs.declare import JobSpec
from cytotheca.core.models.account import forget_expired_tokens
from cytotheca.core.models.account_key import forget_expired_keys
from cytotheca.core.models.base import utc_now
from cytotheca.core.models.repeatable import forget_old_calls
from cytotheca.core.models.resource import Resource, UploadTicket
from cytotheca.core.models.review_link import forget_expired_review_links
from cytotheca.core.models.user import LoginSession
from cytotheca.core.models.version import has_published_file, is_published_file
from cytotheca.core.settings.site import StorageSettings
from cytotheca.core.storage.layout import parse_key

if TYPE_CHECKING:
    from cytotheca.core.runtime.site import Site
    from cytotheca.core.storage.objects import ObjectInfo

log = structlog.get_logger(__name__)

SWEEP_EVERY_S = 3600

UPLOAD_LASTS_S = 2 * 24 * 3600
WORK_FOLDER = "work"
WORK_LASTS_S = 24 * 3600


def sweep(site: Site) -> int:
    """Remove abandoned parts, expired tickets and orphaned objects; return how many objects."""
    site.store.sweep_incoming(older_than_s=UPLOAD_LASTS_S)
    _sweep_work(site.settings(StorageSettings).storage_path / WORK_FOLDER)
    age = timedelta(days=site.settings(StorageSettings).ticket_days)
    _forget_tickets(site, age)
    _forget_logins(site)
    removed = 0
    for info in site.store.iter_objects():
        if utc_now() - info.modified > age and _remove_if_orphaned(site, info):
            log.info("An object that nothing refers to was removed.", key=info.ref.key)
            removed += 1
    return removed


def _sweep_work(root: Path) -> None:
    """Remove the folders of jobs whose worker was killed; no job lasts a day."""
    before = time.time() - WORK_LASTS_S
    for folder in root.glob("*"):
        if folder.is_dir() and not folder.is_symlink() and folder.stat().st_mtime < before:
            shutil.rmtree(folder, ignore_errors=True)


def _forget_tickets(site: Site, age: timedelta) -> None:
    """Remove tickets that can no longer be used; consumed ones once their file is old."""
    with site.database.writing() as session:
        session.execute(delete(UploadTicket).where(UploadTicket.created < utc_now() - age))
        session.commit()


def _forget_logins(site: Site) -> None:
    """Remove logins, API tokens and mailed links that have ended by themselves."""
    with site.database.writing() as session:
        session.execute(delete(LoginSession).where(LoginSession.expires < utc_now()))
        forget_expired_keys(session)
        forget_expired_review_links(session)
        forget_expired_tokens(session)
        forget_old_calls(session)
        session.commit()


def _remove_if_orphaned(site: Site, info: ObjectInfo) -> bool:
    """Remove an object; the write transaction keeps others from referring to it meanwhile."""
    with site.database.reading() as session:
        if _is_wanted(session, info):
            return False
    with site.database.writing() as session:
        if _is_wanted(session, info):
            return False
        site.store.delete(info.ref)
    return True


def _is_wanted(session: Session, info: ObjectInfo) -> bool:
    _, resource_id = parse_key(info.ref.key)
    resource = select(Resource.id).where(Resource.id == resource_id)
    if info.ref.key.startswith("resource/"):  # an older edition has the same resource
        resource = resource.where(
            Resource.bucket == info.ref.bucket, Resource.object_key == info.ref.key
        )
    if session.scalar(resource.limit(1)) is not None:
        return True
    ticket = select(UploadTicket.resource_id).where(UploadTicket.resource_id == resource_id)
    if session.scalar(ticket.limit(1)) is not None:
        return True
    if info.ref.key.startswith("resource/"):
        return is_published_file(session, info.ref.bucket, info.ref.key)
    return has_published_file(session, resource_id)


def run_sweep(site: Site, subject: str, payload: Mapping[str, Any]) -> None:
    """Sweep, as a job."""
    del subject, payload
    sweep(site)


SWEEP = JobSpec(
    name="sweep",
    function=run_sweep,
    queue="dcor-long",
    timeout_s=4 * 3600,
    title="Remove what nobody needs",
    every_s=SWEEP_EVERY_S,
)
