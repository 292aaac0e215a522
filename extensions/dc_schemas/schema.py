"""The field's keys of a dataset, and how proposals are brought into shape."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator
from sqlalchemy import select

from cytotheca.core.plugins.toolkit import (
    Context,
    DatasetChange,
    Package,
    SchemaAdditions,
    ValidationError,
    problem,
)
from cytotheca.extensions.dc_schemas.inspection import list_problems
from cytotheca.extensions.dc_schemas.names import (
    SUFFIXES,
    clean_doi,
    clean_references,
    dataset_name,
    file_name_problem,
    is_measurement,
    lower_suffix,
    split_authors,
)
from cytotheca.extensions.dc_schemas.settings import SchemaSettings
from cytotheca.extensions.dc_schemas.supplements import (
    PREFIX,
    BadValue,
    convert,
    load_supplements,
)

NO_RESOURCES = "Cannot set state of dataset to 'active', because it does not contain any resources!"
NO_MEASUREMENT = "Before activating a dataset, make sure that it contains a valid DC resource!"
# whoever made a draft can add files to it, but neither replace nor remove them
WAY_OUT = (
    "Delete this draft and upload the other files again, or ask an administrator to remove "
    "what is named here."
)
USER_KEYS = frozenset({"id", "name", "description", "url"})


def _authors(value: Any) -> str:
    text = split_authors(str(value)) if value is not None else ""
    if not text:
        raise problem("Missing value")
    return text


class FieldDataset(BaseModel):
    """What every dataset of the field has."""

    authors: Annotated[str, BeforeValidator(_authors)]
    doi: str | None = None
    references: str | None = None


ADDITIONS = SchemaAdditions(
    dataset=(FieldDataset,),
    without=frozenset(
        {"author", "author_email", "maintainer", "maintainer_email", "url", "version"}
    ),
)


def allowed_suffixes(settings: SchemaSettings) -> tuple[str, ...]:
    """Return the suffixes of files that this site takes."""
    return (*SUFFIXES, ".dc") if settings.allow_dc_suffix else SUFFIXES


def prepare(context: Context, change: DatasetChange) -> None:
    """Bring a proposal into shape: name, state, authors, references, resources."""
    if context.via == "job":
        return
    data = change.proposed
    _prepare_texts(data)
    if change.current is None:
        _prepare_new(context, data)
    _prepare_resources(context, change)


def _prepare_texts(data: dict[str, Any]) -> None:
    for key, clean in (("doi", clean_doi), ("references", clean_references)):
        if isinstance(data.get(key), str):
            data[key] = clean(data[key])
    if isinstance(data.get("authors"), str):
        data["authors"] = split_authors(data["authors"])


def _prepare_new(context: Context, data: dict[str, Any]) -> None:
    chooses = context.is_sysadmin or context.ignore_auth
    data["title"] = data.get("title") or data.get("name")
    if not data.get("state"):
        data["state"] = "draft"
    if "private" not in data and not context.site.settings(SchemaSettings).allow_public_datasets:
        data["private"] = True
    if not (chooses and data.get("name")):
        data["name"] = dataset_name(
            str(data.get("title") or ""),
            secrets.token_hex(16),
            lambda name: _is_taken(context, name),
        )


def _is_taken(context: Context, name: str) -> bool:
    query = select(Package.id).where(Package.name == name, Package.state != "deleted")
    return context.session.scalar(query.limit(1)) is not None


def _prepare_resources(context: Context, change: DatasetChange) -> None:
    resources = change.proposed.get("resources")
    if not isinstance(resources, list):
        return
    current = change.current["resources"] if change.current else []
    before = {one["id"]: one for one in current}
    errors: list[dict[str, Any]] = []
    prepared: list[Any] = []
    seen: set[str] = set()
    for position, item in enumerate(resources):
        if not isinstance(item, Mapping):
            prepared.append(item)
            errors.append({})
            continue
        resource = dict(item)
        known = before.get(str(resource.get("id"))) if resource.get("id") not in seen else None
        if known is not None:
            seen.add(known["id"])
            resource = {**_server_keys(known), **resource}
        elif position in change.uploads:
            resource["name"] = change.uploads[position].filename
        if known is None and isinstance(resource.get("name"), str):
            resource["name"] = lower_suffix(resource["name"])
        resource, wrong = _convert_supplements(context, resource, known or {})
        prepared.append(resource)
        errors.append(wrong)
    if any(errors):
        raise ValidationError({"resources": errors})
    change.proposed["resources"] = prepared


def _server_keys(known: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the site knows of a resource; leaving it out does not remove it."""
    return {
        key: value
        for key, value in known.items()
        if key not in USER_KEYS and not key.startswith(PREFIX)
    } | {"name": known.get("name"), "url": known.get("url")}


def _convert_supplements(
    context: Context, resource: Mapping[str, Any], known: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a resource with its supplements in their types, and what does not convert.

    A value that is there already stays, also if the site's supplements or their
    strictness have changed since: nobody could change anything else otherwise.
    """
    settings = context.site.settings(SchemaSettings)
    sections = load_supplements(settings.json_resource_schema_dir)
    converted: dict[str, Any] = {}
    wrong: dict[str, Any] = {}
    for key, value in resource.items():
        if not key.startswith(PREFIX) or _is_same(value, known.get(key)):
            converted[key] = value
            continue
        try:
            new = convert(sections, key, value, strict=settings.strict_supplements)
        except BadValue as error:
            wrong[key] = [str(error)]
            continue
        if new is not None:
            converted[key] = new
    return converted, wrong


def _is_same(value: Any, stored: Any) -> bool:
    return stored is not None and (value, type(value)) == (stored, type(stored))


def check(context: Context, change: DatasetChange) -> None:
    """Refuse a dataset that breaks a rule of the field."""
    if context.via == "job":
        return
    _check_license(context, change.proposed.get("license_id"))
    _check_file_names(context, change)
    if change.publishes:
        _check_publishable(context, change.proposed)


def _check_license(context: Context, license_id: Any) -> None:
    """Refuse a licence that this site does not offer; administrators may use any."""
    if license_id and (context.is_sysadmin or context.ignore_auth):
        return
    listed = [one["id"] for one in context.internal().call("license_list")]
    allowed = [one for one in listed if one != "none"]
    if license_id not in allowed:
        raise ValidationError({"license_id": [f"Please choose a license_id: {allowed}"]})


def _check_file_names(context: Context, change: DatasetChange) -> None:
    resources = change.proposed.get("resources") or []
    known = {one["id"] for one in change.current["resources"]} if change.current else set()
    suffixes = allowed_suffixes(context.site.settings(SchemaSettings))
    exempt = context.is_sysadmin or context.ignore_auth
    names: set[str] = set()
    errors: list[dict[str, Any]] = []
    for resource in resources:
        name = str(resource.get("name") or "")
        wrong = None
        if name in names:
            wrong = f"Resource with name '{name}' already exists!"
        elif resource.get("id") not in known and not exempt:
            wrong = file_name_problem(name, suffixes)
        errors.append({"name": [wrong]} if wrong else {})
        names.add(name)
    if any(errors):
        raise ValidationError({"resources": errors})


def _check_publishable(context: Context, dataset: Mapping[str, Any]) -> None:
    resources = dataset.get("resources") or []
    if not resources:
        raise ValidationError({"state": [NO_RESOURCES]})
    if context.ignore_auth:
        return
    problems = list_problems(context.session, str(dataset.get("id")))
    found = {
        str(one.get("name")): problems[one["id"]]
        for one in resources
        if one.get("id") in problems and is_measurement(one.get("mimetype"), one.get("name"))
    }
    invalid = {name: said for name, said in found.items() if said is not None}
    if invalid:
        told = " ".join(f"{name}: {said or 'not a measurement'}" for name, said in invalid.items())
        raise ValidationError({"state": [f"{NO_MEASUREMENT} {told} {WAY_OUT}"]})
    if not found:
        raise ValidationError({"state": [f"{NO_MEASUREMENT} Add a file of type .rtdc."]})
