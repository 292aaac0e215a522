"""Basins: where clients find the features that a file itself lacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cytotheca.core.plugins.toolkit import Context, Resource, resources_of_packages
from cytotheca.extensions.dc_schemas.toolkit import BasinLink, Known, find_known, unpack
from cytotheca.extensions.dc_serve.models import Condensed


def intra_dataset_links(
    context: Context, site_url: str, resource_id: str, package_id: str, known: Known
) -> list[BasinLink]:
    """Return links to upstream files in the same dataset.

    A basin of type ``file`` matches a resource whose measurement identifier is
    the basin's: with mapping ``same`` it must be the file's own, too; with any
    other mapping the file's must begin with it. Names are not compared.
    """
    if known.facts is None:
        return []
    own = known.facts.get("measurement_identifier")
    resources = resources_of_packages(context.session, [package_id]).get(package_id, ())
    links = []
    for basin in known.facts["contents"]["basins"]:
        if basin["kind"] != "file" or basin["format"] != "hdf5" or not basin["identifier"]:
            continue
        found = _upstream(context, resources, basin, own)
        if found is None:
            continue
        upstream_id, name, features = found
        itself = upstream_id == resource_id
        links.append(
            BasinLink(
                name=f"DCOR self-reference {name}" if itself else f"DCOR intra-dataset for {name}",
                format="dcor",
                url=f"{site_url}/api/3/action/dcserv?id={upstream_id}",
                description="Upstream DCOR intra-dataset resource",
                features=features,
                mapping=basin["mapping"],
                identifier=basin["identifier"],
            )
        )
    return links


def _upstream(
    context: Context, resources: Sequence[Resource], basin: Mapping[str, Any], own: str | None
) -> tuple[str, str, list[str]] | None:
    identifier = basin["identifier"]
    same = basin["mapping"] == "same"
    if not own or (own != identifier if same else not own.startswith(identifier)):
        return None
    for resource in resources:
        known = find_known(context.session, resource.id)
        if known is None or known.facts is None:
            continue
        if known.facts.get("measurement_identifier") == identifier:
            condensed = context.session.get(Condensed, resource.id)
            features = set(known.facts["contents"]["features"])
            if condensed is not None:
                features.update(unpack(condensed.contents)["features"])
            return resource.id, resource.name or resource.url, sorted(features)
    return None
