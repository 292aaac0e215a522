"""Publishing freezes the dataset as it is shown; old versions never change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from cytotheca.core.models.publication import DatasetVersion, latest_version


def freeze(
    session: Session, shown: Mapping[str, Any], *, user_id: str | None, first: bool
) -> DatasetVersion:
    """Keep the published dataset as a version of its own.

    The first publication is 1.0; what may change afterwards makes 1.1, 1.2, …
    A dataset that was withdrawn and published again goes on counting.
    """
    last = latest_version(session, shown["id"])
    if last is None:
        major, minor = 1, 0
    else:
        major, minor = last.major, last.minor + 1
        if not first and last.document == shown:
            return last
    version = DatasetVersion(
        package_id=shown["id"],
        major=major,
        minor=minor,
        document=dict(shown),
        published_by=user_id,
    )
    session.add(version)
    return version
