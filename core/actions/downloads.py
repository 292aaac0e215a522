"""How often the files of a dataset were downloaded."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from cytotheca.core.auth.package import get_package
from cytotheca.core.models.base import utc_now
from cytotheca.core.models.download import sum_downloads
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.declare import Action
from cytotheca.core.schema import results
from cytotheca.core.schema.params import IdParams

RECENT: Final = timedelta(days=30)
HOW: Final = (
    "Counted are downloads of whole files that begin at the site's own download addresses. Not "
    "counted are robots by their own account, previews, parts of files, what programs read of a "
    "measurement over the network, archives of many files, and the same file to the same address "
    "within 30 seconds. Kept is a number for each day, nothing of who it was."
)


def dataset_downloads(context: Context, params: IdParams) -> dict[str, Any]:
    """Tell how often the files of a dataset were downloaded, and how that is counted.

    Parameters: ``id``. Returns ``{"total", "last_30_days", "files": {resource id: number},
    "how"}``. Example: ``{"id": "beads-1"}``.
    """
    package = get_package(context, params.id)
    found = sum_downloads(context.session, package.id, (utc_now() - RECENT).date())
    return {
        "total": sum(number for number, _ in found.values()),
        "last_30_days": sum(recent for _, recent in found.values()),
        "files": {resource_id: number for resource_id, (number, _) in found.items()},
        "how": HOW,
    }


ACTIONS = (
    Action(
        name="dataset_downloads",
        body=dataset_downloads,
        result=results.Downloads,
        params=IdParams,
        read_only=True,
    ),
)
