"""Basins inside a dataset: which other file has the features that a file itself lacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from cytotheca.core.plugins.toolkit import (
    Postpone,
    Resource,
    list_unfinished_jobs,
    resources_of_packages,
    utc_now,
)
from cytotheca.extensions.dc_schemas.toolkit import (
    INSPECT,
    BasinLink,
    Known,
    Source,
    find_made,
    list_known,
    unpack,
)
from cytotheca.extensions.dc_serve.models import Condensed

INTRA_DATASET = "DCOR intra-dataset for"
CONDENSE_JOB = "dc_condense"
MAX_WAIT = timedelta(minutes=8)  # the queue gives up on jobs that are postponed for ten
PAUSE_S = 5.0


def intra_dataset_links(
    session: Session, source: Source, known: Known, *, site_url: str
) -> list[BasinLink]:
    """Return links to upstream files in the same dataset.

    A basin of type ``file`` matches a resource whose measurement identifier is
    the basin's: with mapping ``same`` it must be the file's own, too; with any
    other mapping the file's must begin with it. Names are not compared.

    Raises ``Postpone`` while jobs of files further up in the dataset may still
    bring what belongs into the links.
    """
    basins = _file_basins(known)
    if not basins:
        return []
    resources = resources_of_packages(session, [source.package_id]).get(source.package_id, ())
    found = list_known(session, source.package_id)
    earlier = _earlier(resources, source)
    _await_jobs(session, source, [one for one in earlier if one not in found], INSPECT.name)
    links = []
    for basin in basins:
        upstream = _upstream(resources, found, basin["identifier"])
        if upstream is None:
            continue
        made = find_made(session, Condensed, upstream.id)
        if made is None and upstream.id in earlier:
            _await_jobs(session, source, [upstream.id], CONDENSE_JOB)
        features = _reachable(_contents(found[upstream.id]))
        if made is not None:
            features |= _reachable(unpack(made.contents))
        links.append(_link(source, basin, upstream, sorted(features), site_url))
    return links


def _file_basins(known: Known) -> list[Mapping[str, Any]]:
    """Return the basins of a file that may be another file of its dataset."""
    own = _identifier(known)
    contents = _contents(known)
    return [
        basin
        for basin in (contents["basins"] if own else ())
        if (basin["kind"], basin["format"]) == ("file", "hdf5")
        and basin["identifier"]
        and _belongs(own or "", basin, contents["features"])
    ]


def _belongs(own: str, basin: Mapping[str, Any], features: Sequence[str]) -> bool:
    """Tell whether identifiers agree, and whether the file has the mapping it speaks of."""
    mapping: str = basin["mapping"]
    if mapping == "same":
        return bool(own == basin["identifier"])
    there = mapping.startswith("basinmap") and mapping in features
    return there and own.startswith(basin["identifier"])


def _earlier(resources: Sequence[Resource], source: Source) -> list[str]:
    """Return the ids of the files before one; files wait for earlier ones only, never in a ring."""
    ids = [one.id for one in resources]
    return ids[: ids.index(source.resource_id)] if source.resource_id in ids else ids


def _upstream(
    resources: Sequence[Resource], found: Mapping[str, Known], identifier: str
) -> Resource | None:
    return next(
        (one for one in resources if one.id in found and _identifier(found[one.id]) == identifier),
        None,
    )


def _await_jobs(session: Session, source: Source, resource_ids: Sequence[str], job: str) -> None:
    """Raise ``Postpone`` if a job of these files is at work, unless we have waited long enough."""
    at_work = any(
        row.name == job and row.state != "failed"
        for resource_id in resource_ids
        for row in list_unfinished_jobs(session, resource_id)
    )
    if at_work and any(
        row.name == CONDENSE_JOB and utc_now() - row.created < MAX_WAIT
        for row in list_unfinished_jobs(session, source.resource_id)
    ):
        raise Postpone("waits for the files that this one refers to", delay_s=PAUSE_S)


def _link(
    source: Source,
    basin: Mapping[str, Any],
    upstream: Resource,
    features: list[str],
    site_url: str,
) -> BasinLink:
    name = upstream.name or upstream.url
    itself = upstream.id == source.resource_id
    return BasinLink(
        name=f"DCOR self-reference {name}" if itself else f"{INTRA_DATASET} {name}",
        format="dcor",
        url=f"{site_url}/api/3/action/dcserv?id={upstream.id}",
        description="Upstream DCOR intra-dataset resource",
        features=features,
        mapping=basin["mapping"],
        identifier=basin["identifier"],
    )


def linked_features(condensed: Mapping[str, Any]) -> set[str]:
    """Return the features that a condensed file has from other files of its dataset."""
    return {
        feature
        for basin in condensed["basins"]
        if basin["name"].startswith(INTRA_DATASET)
        for feature in basin["features"] or ()
    }


def _reachable(contents: Mapping[str, Any]) -> set[str]:
    """Return the features in a file and in its remote basins."""
    remote = [one["features"] or () for one in contents["basins"] if one["kind"] == "remote"]
    return {*contents["features"], *(feature for features in remote for feature in features)}


def _identifier(known: Known) -> str | None:
    return known.facts.get("measurement_identifier") if known.facts else None


def _contents(known: Known) -> Mapping[str, Any]:
    return known.facts["contents"] if known.facts else {"features": [], "basins": []}
