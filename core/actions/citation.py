"""Datasets as others cite them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from cytotheca.core.actions.package_dict import show_packages_alone, show_resources
from cytotheca.core.auth.labels import readable
from cytotheca.core.auth.package import get_package
from cytotheca.core.citation.formats import FORMATS
from cytotheca.core.citation.record import Citable, Totals, citable
from cytotheca.core.models.base import iso
from cytotheca.core.models.group import groups_of_packages
from cytotheca.core.models.package import Package, list_packages_by_id
from cytotheca.core.models.publication import publications
from cytotheca.core.models.resource_list import list_first, sum_up
from cytotheca.core.runtime.context import Context
from cytotheca.core.runtime.declare import Action
from cytotheca.core.schema.params import IdParams
from cytotheca.core.settings.site import SiteSettings

FormatName = Literal["bibtex", "ris", "csl", "datacite.xml", "datacite.json", "text"]


class CitationParams(IdParams):
    """Parameters of ``dataset_citation``."""

    format: FormatName = "text"


def dataset_citation(context: Context, params: CitationParams) -> dict[str, Any]:
    """Return the citation of a dataset: ``{"format", "media_type", "filename", "text"}``.

    Parameters: ``id``, ``format`` (``text``, ``bibtex``, ``ris``, ``csl``,
    ``datacite.xml``, ``datacite.json``).

    Example: ``{"id": "beads-1", "format": "bibtex"}``
    """
    record = describe_package(context, get_package(context, params.id))
    chosen = FORMATS[params.format]
    return {
        "format": params.format,
        "media_type": chosen.media_type,
        "filename": f"{record.name}.{chosen.suffix}",
        "text": chosen.write(record),
    }


def citable_dataset(context: Context, ref: str) -> Citable:
    """Return the record of a dataset. Raises ``NotAuthorized`` if the caller may not read it."""
    context.check("dataset_citation", CitationParams(id=ref))
    return describe_package(context, get_package(context, ref))


def citable_datasets(context: Context, ids: Sequence[str]) -> Mapping[str, Citable]:
    """Return the records of those datasets that the caller may read.

    The same number of statements, however many datasets.
    """
    packages = list_packages_by_id(context.session, ids)
    groups = groups_of_packages(context.session, [package.id for package in packages])
    return _describe(context, readable(context, packages, groups))


def first_resources(
    context: Context, records: Mapping[str, Citable], *, most: int
) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Return dataset id → its first resources, of datasets whose records the caller was given."""
    rows = list_first(context.session, list(records), most=most)
    found: dict[str, list[Mapping[str, Any]]] = {}
    for one in show_resources(context, rows):
        found.setdefault(one["package_id"], []).append(one)
    return found


def cite_shown(context: Context, dataset: Mapping[str, Any]) -> Citable:
    """Return the record of a dataset that was shown to the caller, without totals."""
    site = context.site.settings(SiteSettings)
    published = publications(context.session, [dataset["id"]])
    first, version = published.get(dataset["id"], (None, ""))
    return citable(
        dataset,
        site_url=site.site_url,
        site_title=site.site_title,
        published=iso(first) or "",
        version=version,
    )


def describe_package(context: Context, package: Package) -> Citable:
    """Return the record of a dataset."""
    return _describe(context, [package])[package.id]


def _describe(context: Context, packages: Sequence[Package]) -> Mapping[str, Citable]:
    ids = [package.id for package in packages]
    site = context.site.settings(SiteSettings)
    published = publications(context.session, ids)
    sums = sum_up(context.session, ids)
    found = {}
    for shown in show_packages_alone(context, packages):
        first, version = published.get(shown["id"], (None, ""))
        found[shown["id"]] = citable(
            shown,
            site_url=site.site_url,
            site_title=site.site_title,
            published=iso(first) or "",
            version=version,
            totals=_totals(sums.get(shown["id"])),
        )
    return found


def _totals(sums: Mapping[str, Any] | None) -> Totals:
    if sums is None:
        return Totals()
    days = sums["days"]
    return Totals(
        count=sums["count"],
        size_bytes=sums["size_bytes"],
        formats=tuple(sorted(sums["formats"])),
        first_day=days[0] if days else "",
        last_day=days[-1] if days else "",
    )


ACTIONS = (
    Action(name="dataset_citation", body=dataset_citation, params=CitationParams, read_only=True),
)
