"""Datasets and resources as they are shown on the wire."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cytotheca.core.auth.package import collections_of
from cytotheca.core.auth.reviews import is_veiled
from cytotheca.core.domain.images import display_url
from cytotheca.core.domain.veil import veil
from cytotheca.core.models.base import iso
from cytotheca.core.models.group import Group, groups_by_id, groups_of_packages
from cytotheca.core.models.package import Package, Tag
from cytotheca.core.models.resource import Resource, resources_of_packages
from cytotheca.core.models.resource_list import count_resources
from cytotheca.core.runtime.context import Context
from cytotheca.core.schema.dataset import DATASET_COLUMNS
from cytotheca.core.settings.site import SiteSettings

Shown = dict[str, Any]


def show_package(context: Context, package: Package) -> Shown:
    """Return one dataset as shown, with what extensions add."""
    return show_packages(context, [package])[0]


def show_packages(context: Context, packages: Sequence[Package]) -> list[Shown]:
    """Return datasets as shown; three statements, however many datasets."""
    resources = resources_of_packages(context.session, [package.id for package in packages])
    return _show(context, packages, resources)


def show_package_with(context: Context, package: Package, resources: Sequence[Resource]) -> Shown:
    """Return a dataset with some of its resources, as shown; ``num_resources`` counts all."""
    shown = _show(context, [package], {package.id: resources})[0]
    shown["num_resources"] = context.once(
        f"resources/{package.id}", lambda: count_resources(context.session, package.id)
    )
    return shown


def show_packages_alone(context: Context, packages: Sequence[Package]) -> list[Shown]:
    """Return datasets as shown, but without resources; two statements, however many datasets."""
    return _show(context, packages, {})


def _show(
    context: Context, packages: Sequence[Package], resources: Mapping[str, Sequence[Resource]]
) -> list[Shown]:
    groups = _collections(context, packages)
    owners = sorted({package.owner_org for package in packages if package.owner_org})
    organizations = context.once(
        f"groups/{','.join(owners)}", lambda: groups_by_id(context.session, owners)
    )
    shown = []
    for package in packages:
        owner = organizations.get(package.owner_org or "")
        files = show_resources(context, resources.get(package.id, ()))
        dataset = _dataset(context, package, owner, groups.get(package.id, ()), files)
        context.site.hooks.show_dataset(context=context, dataset=dataset)
        shown.append(veil(dataset) if is_veiled(context, package) else dataset)
    return shown


def _collections(context: Context, packages: Sequence[Package]) -> Mapping[str, Sequence[Group]]:
    if len(packages) == 1:
        return {packages[0].id: collections_of(context, packages[0])}
    return groups_of_packages(context.session, [package.id for package in packages])


def _dataset(
    context: Context,
    package: Package,
    owner: Group | None,
    groups: Sequence[Group],
    resources: Sequence[Shown],
) -> Shown:
    schemas = context.site.schemas
    site_url = context.site.settings(SiteSettings).site_url
    tags = sorted((link.tag for link in package.tags), key=lambda tag: tag.name)
    dataset: Shown = {
        "id": package.id,
        "name": package.name,
        "type": package.type,
        "state": package.state,
        "private": package.private,
        "owner_org": package.owner_org,
        "creator_user_id": package.creator_user_id,
        **{key: getattr(package, key) for key in DATASET_COLUMNS},
        **license_keys(context, package.license_id),
        "metadata_created": iso(package.metadata_created),
        "metadata_modified": iso(package.metadata_modified),
        "num_resources": len(resources),
        "num_tags": len(tags),
        "organization": show_owner(owner),
        "groups": [show_collection(site_url, group) for group in groups],
        "tags": [show_tag(tag) for tag in tags],
        "extras": [{"key": key, "value": package.extras[key]} for key in sorted(package.extras)],
        "relationships_as_subject": [],
        "relationships_as_object": [],
        "resources": list(resources),
        **({"pid": pid_text(package), "dataset_number": package.pid.number} if package.pid else {}),
        **{key: package.fields.get(key) for key in sorted(schemas.added)},
    }
    dataset["title"] = (package.title or package.name).strip()
    return {key: value for key, value in dataset.items() if key not in schemas.without}


def pid_text(package: Package) -> str:
    """Return the persistent identifier, e.g. ``doi:10.5072/FK2/ABC234``."""
    pid = package.pid
    return f"{pid.protocol}:{pid.authority}/{pid.identifier}"


def license_keys(context: Context, license_id: str | None) -> Shown:
    """Return title, address and openness of a licence; an unknown one is its own title."""
    if not license_id:
        return {"license_title": license_id, "isopen": False}
    found = license_of(context, license_id)
    if found is None:
        return {"license_title": license_id, "isopen": False}
    keys: Shown = {"license_title": found.get("title"), "isopen": is_open(found)}
    if found.get("url"):
        keys["license_url"] = found["url"]
    return keys


def license_of(context: Context, license_id: str) -> Mapping[str, Any] | None:
    """Return a licence of the site's list, or None."""

    def read() -> dict[str, Mapping[str, Any]]:
        return {one["id"]: one for one in context.internal().call("license_list")}

    found: Mapping[str, Any] | None = context.memoize("licenses", read).get(license_id)
    return found


def is_open(found: Mapping[str, Any]) -> bool:
    """Tell whether a licence conforms to either open definition."""
    return "approved" in (found.get("od_conformance"), found.get("osd_conformance"))


def show_owner(owner: Group | None) -> Shown | None:
    """Return the owning organization inside a dataset; None if it is deleted."""
    if owner is None or owner.state != "active":
        return None
    return {
        "id": owner.id,
        "name": owner.name,
        "title": owner.title or owner.name,
        "type": owner.type,
        "description": owner.description or "",
        "image_url": owner.image_url or "",
        "created": iso(owner.created),
        "is_organization": True,
        "approval_status": owner.approval_status,
        "state": owner.state,
    }


def show_collection(site_url: str, group: Group) -> Shown:
    """Return a collection inside a dataset."""
    return {
        "id": group.id,
        "name": group.name,
        "title": group.title or group.name,
        "display_name": group.title or group.name,
        "description": group.description or "",
        "image_display_url": display_url(site_url, "group", group.image_url),
    }


def show_tag(tag: Tag) -> Shown:
    """Return a keyword inside a dataset."""
    return {
        "id": tag.id,
        "name": tag.name,
        "display_name": tag.name,
        "state": "active",
        "vocabulary_id": tag.vocabulary_id,
    }


def show_resources(context: Context, resources: Iterable[Resource]) -> list[Shown]:
    """Return resources as shown, with what plugins change."""
    site_url = context.site.settings(SiteSettings).site_url
    shown = [show_resource(site_url, one) for one in resources]
    if context.site.listens("before_resource_show"):
        for one in shown:
            context.site.hooks.before_resource_show(context=context, resource=one)
    return shown


def show_resource(site_url: str, resource: Resource) -> Shown:
    """Return a resource; its further keys stand flat beside the core's."""
    return {
        "cache_last_updated": iso(resource.cache_last_updated),
        "cache_url": resource.cache_url,
        "created": iso(resource.created),
        "description": resource.description,
        "format": resource.format,
        "hash": resource.hash,
        "id": resource.id,
        "last_modified": iso(resource.last_modified),
        "metadata_modified": iso(resource.metadata_modified),
        "mimetype": resource.mimetype,
        "mimetype_inner": resource.mimetype_inner,
        "name": resource.name,
        "package_id": resource.package_id,
        "position": resource.position,
        "resource_type": resource.resource_type,
        "size": resource.size,
        "state": resource.state,
        "url": shown_url(site_url, resource),
        "url_type": resource.url_type,
        **resource.extras,
        **{key: value for key in ("etag", "sha256") if (value := getattr(resource, key))},
    }


def shown_url(site_url: str, resource: Resource) -> str:
    """Return the address of a resource: the download address for stored files."""
    if not resource.object_key:
        return resource.url
    return (
        f"{site_url}/dataset/{resource.package_id}/resource/{resource.id}/download/{resource.url}"
    )
