"""Build the index document of a dataset from what ``package_show`` returns."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from cytotheca.core.search.dates import EPOCH, BadDate, parse_period
from cytotheca.core.search.dois import find_doi, iter_dois
from cytotheca.core.search.fields import DATE_SUFFIX, RESERVED
from cytotheca.core.search.measurement_fields import collect_measurement_fields, iter_texts

Dataset = Mapping[str, Any]

_SAME: Final = (
    *("id", "name", "title", "notes", "version", "url", "license_id", "owner_org", "state"),
    *("creator_user_id", "author", "author_email", "maintainer", "maintainer_email", "authors"),
    *("num_resources",),
)
_RESOURCE_FIELDS: Final = {
    "name": "res_name",
    "description": "res_description",
    "format": "res_format",
    "url": "res_url",
    "resource_type": "res_type",
    "sha256": "sha256",
}
# Structure, handled by name below, or of no use as an index field.
_CORE_KEYS: Final = frozenset(
    {
        *_SAME,
        *("type", "private", "organization", "groups", "tags", "extras", "resources", "isopen"),
        *("metadata_created", "metadata_modified", "license_title", "license_url", "num_tags"),
        *("relationships_as_subject", "relationships_as_object", "plugin_data", "references"),
        *("doi", "permission_labels", "data_dict", "validated_data_dict"),
    }
)
_TEXT_KEYS: Final = (
    *("name", "title", "notes", "author", "authors", "maintainer", "license_id"),
    *("license_title", "url", "doi", "references"),
)
_FIELD_NAME: Final = re.compile(r"[^A-Za-z0-9_\-.]+")


def build_document(
    dataset: Dataset, *, labels: Iterable[str], site_id: str, resource_fields: Sequence[str] = ()
) -> dict[str, Any]:
    """Return the index document of a dataset.

    Parameters
    ----------
    dataset
        The dataset as ``package_show`` gives it to somebody who may see all.
    labels
        Permission labels. A plugin may alter the document afterwards; set
        ``permission_labels`` again behind it, so that it cannot forge them.
    site_id
        Name of the site, for engines that several sites share.
    resource_fields
        Keys of resources to index as ``res_extras_<key>``
        (``ckan.extra_resource_fields``).

    Empty values are left out. Dates are ISO 8601 with ``Z``.
    """
    stored = json.dumps(dataset, ensure_ascii=False, separators=(",", ":"), default=str)
    document: dict[str, Any] = {
        **_extra_fields(dataset),
        **{key: dataset.get(key) for key in _SAME},
        **_resource_fields(_resources(dataset), resource_fields),
        **_relations(dataset),
        **_place(dataset, site_id),
        "title_string": dataset.get("title") or dataset.get("name"),
        "title_ngram": dataset.get("title"),
        "name_ngram": dataset.get("name"),
        "metadata_created": _iso_date(dataset.get("metadata_created")),
        "metadata_modified": _iso_date(dataset.get("metadata_modified")),
        "text": _unique(_iter_catch_all(dataset)),
        "permission_labels": sorted(set(labels)),
        "data_dict": stored,
        "validated_data_dict": stored,
    }
    return {key: value for key, value in document.items() if value not in (None, "", [])}


def _place(dataset: Dataset, site_id: str) -> dict[str, str]:
    """Return what tells the dataset from others in an index that sites share."""
    identity = f"{dataset['id']}{site_id}".encode()
    return {
        "index_id": hashlib.md5(identity, usedforsecurity=False).hexdigest(),
        "site_id": site_id,
        "entity_type": "package",
        "dataset_type": dataset.get("type") or "dataset",
        "capacity": "private" if dataset.get("private") else "public",
    }


def _relations(dataset: Dataset) -> dict[str, Any]:
    relations: dict[str, Any] = {
        "organization": _organization(dataset).get("name"),
        "groups": _unique(group.get("name") for group in dataset.get("groups") or ()),
        "doi": _unique(_iter_own_dois(dataset)),
        "references_doi": _unique(iter_dois(str(dataset.get("references") or ""))),
    }
    for tag in dataset.get("tags") or ():
        vocabulary = tag.get("vocabulary_id")
        field = f"vocab_{tag.get('vocabulary_name') or vocabulary}" if vocabulary else "tags"
        relations.setdefault(field, []).append(tag["name"])
    return relations


def _resource_fields(
    resources: Sequence[Dataset], extra_fields: Sequence[str]
) -> dict[str, list[Any]]:
    pairs = [*_RESOURCE_FIELDS.items(), *((key, f"res_extras_{key}") for key in extra_fields)]
    plain = {field: _unique(resource.get(key) for resource in resources) for key, field in pairs}
    sha256 = [str(value).lower() for value in plain["sha256"]]
    return {**collect_measurement_fields(resources), **plain, "sha256": sha256}


def _extra_fields(dataset: Dataset) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for key, value in _iter_extras(dataset):
        name = _FIELD_NAME.sub("_", key)
        fields[f"extras_{name}"] = value
        if name in RESERVED:
            continue
        fields[name] = _iso_date(value) if name.endswith(DATE_SUFFIX) else value
    return fields


def _iter_extras(dataset: Dataset) -> Iterator[tuple[str, Any]]:
    """Yield extras, and the flat keys that extensions added, as key and simple value."""
    for extra in dataset.get("extras") or ():
        yield str(extra["key"]), extra.get("value")
    for key, value in dataset.items():
        if key not in _CORE_KEYS and isinstance(value, str | int | float):
            yield key, value


def _iter_own_dois(dataset: Dataset) -> Iterator[str]:
    """Yield the DOI of the data itself, whatever the key is called that holds it."""
    values = [value for value in dataset.values() if isinstance(value, str)]
    values += [str(extra.get("value")) for extra in dataset.get("extras") or ()]
    yield from (doi for doi in map(find_doi, values) if doi)


def _iter_catch_all(dataset: Dataset) -> Iterator[str]:
    """Yield everything that a search without a field should find."""
    yield from (str(dataset[key]) for key in _TEXT_KEYS if dataset.get(key))
    organization = _organization(dataset)
    for named in (organization, *(dataset.get("groups") or ()), *(dataset.get("tags") or ())):
        yield from (str(named[key]) for key in ("name", "title") if named.get(key))
    yield from (str(value) for _, value in _iter_extras(dataset) if value)
    for resource in _resources(dataset):
        yield from iter_texts(resource)


def _organization(dataset: Dataset) -> Dataset:
    organization: Dataset = dataset.get("organization") or {}
    return organization


def _resources(dataset: Dataset) -> Sequence[Dataset]:
    resources: Sequence[Dataset] = dataset.get("resources") or ()
    return resources


def _iso_date(value: object) -> str | None:
    """Return a date as Solr wants it, or None if it is none."""
    if not value or "NOW" in str(value):
        return None
    try:
        moment, _ = parse_period(str(value), EPOCH)
    except BadDate:
        return None
    return moment.replace(tzinfo=None).isoformat() + "Z"


def _unique(values: Iterable[Any]) -> list[Any]:
    """Return simple values in order, each once; a field has no place for structures."""
    simple = (value for value in values if isinstance(value, str | int | float))
    return list(dict.fromkeys(value for value in simple if value != ""))
