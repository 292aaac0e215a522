"""Publishing freezes the dataset as it is shown; old versions never change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from cytotheca.core.domain.version_diff import diff_documents, summarize_diff
from cytotheca.core.domain.versions import Number, following
from cytotheca.core.models.publication import DatasetVersion, latest_version
from cytotheca.core.models.resource import Resource
from cytotheca.core.models.version import add_files, current_files, files_of_version


def freeze(
    session: Session, shown: Mapping[str, Any], *, user_id: str | None, first: bool
) -> DatasetVersion:
    """Keep the published dataset as a version of its own.

    The first publication is 1.0; what may change afterwards makes 1.1, 1.2, …,
    and where a site lets files change, other files make 2.0. A dataset that was
    withdrawn and published again goes on counting.
    """
    last = latest_version(session, shown["id"])
    if last is not None and not first and last.document == shown:
        return last
    files = current_files(session, shown["id"])
    major, minor = _next_number(session, last, files)
    version = DatasetVersion(
        package_id=shown["id"],
        major=major,
        minor=minor,
        document=dict(shown),
        changes=summarize_diff(diff_documents(last.document, shown)) if last else None,
        private=bool(shown.get("private")),
        published_by=user_id,
    )
    session.add(version)
    session.flush()
    add_files(session, [_file(version, one) for one in files.values()])
    return version


def _next_number(
    session: Session, last: DatasetVersion | None, files: Mapping[str, Resource]
) -> Number:
    if last is None:
        return following(None, new_files=False)
    before = {key: _place(one) for key, one in files_of_version(session, last.id).items()}
    now = {key: _place(one) for key, one in files.items()}
    return following(Number(last.major, last.minor), new_files=before != now)


def _place(row: Any) -> tuple[str, str]:
    return row.bucket, row.object_key


def _file(version: DatasetVersion, row: Resource) -> dict[str, Any]:
    return {
        "version_id": version.id,
        "resource_id": row.id,
        "bucket": row.bucket,
        "object_key": row.object_key,
        "name": row.name or row.url,
        "size": row.size,
        "sha256": row.sha256,
    }
