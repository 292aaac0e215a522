"""Where the index differs from the database: found and mended regularly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import structlog

from cytotheca.core.actions.indexing import BLOCK, documents_of, ids_to_index
from cytotheca.core.domain.errors import SearchUnavailable
from cytotheca.core.jobs.declare import JobSpec
from cytotheca.core.runtime.site import Site
from cytotheca.core.runtime.unit_of_work import reading

log = structlog.get_logger(__name__)

MEND_EVERY_S = 6 * 3600


def compare_index(site: Site) -> tuple[set[str], set[str]]:
    """Return the ids of datasets that the index lacks, and of those it should not have."""
    wanted, present = ids_to_index(site), set(site.search.iter_ids())
    return wanted - present, present - wanted


def index_datasets(site: Site, ids: Sequence[str]) -> int:
    """Index datasets as they are now, where they are; return how many are in the index then.

    Those that do not belong in the index are taken out.
    """
    count = 0
    for start in range(0, len(ids), BLOCK):
        block = ids[start : start + BLOCK]
        with reading(site, ignore_auth=True) as context:
            documents = documents_of(context, block)
        site.search.index(documents)
        present = {str(document["id"]) for document in documents}
        site.search.remove([one for one in block if one not in present])
        count += len(documents)
    return count


def mend_index(site: Site, subject: str, payload: Mapping[str, Any]) -> None:
    """Index what the index lacks, and take out what it has too many; a job.

    A dataset that was changed between the two looks is indexed once more, which does no harm.
    """
    del subject, payload
    try:
        missing, orphans = compare_index(site)
    except SearchUnavailable:
        return  # the relay builds it anew
    for one in sorted(missing | orphans):
        try:
            index_datasets(site, [one])
        except Exception:  # one bad dataset must not keep the others out
            log.exception("A dataset cannot be indexed.", dataset=one)
    if missing or orphans:
        log.warning(
            "The search index differed from the database.",
            missing=len(missing),
            orphans=len(orphans),
        )


MEND = JobSpec(
    name="mend_index",
    function=mend_index,
    queue="dcor-long",
    timeout_s=3600,
    title="Compare the search index with the database",
    every_s=MEND_EVERY_S,
)
