"""Sites with many datasets, made quickly.

One dataset is made by the action. The others are rows like its own with other contents, written in
bulk, and an index that is rebuilt from them; twenty thousand calls would take half an hour.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from bench_search import make_dataset

from cytotheca.cli.access import SiteAccess
from cytotheca.core.models.base import new_id, utc_now
from cytotheca.core.models.package import Package, PackageTag, PersistentId, Tag
from cytotheca.core.models.resource import Resource

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session

BATCH = 1000
COPIED = ("name", "title", "notes", "license_id")


def fill_site(folder: Path, organization_id: str, present: int, size: int) -> None:
    """Add datasets with three links each until there are ``size``, and index them."""
    rng = random.Random(present)  # noqa: S311 - the same datasets in each run
    with SiteAccess(site_dir=folder).open() as site:
        for start in range(present, size, BATCH):
            with site.database.writing() as session:
                _add_batch(session, rng, range(start, min(start + BATCH, size)), organization_id)
                session.commit()
        site.rebuild_search_index()


def _add_batch(session: Session, rng: random.Random, numbers: range, organization_id: str) -> None:
    tags = {tag.name: tag.id for tag in session.scalars(sa.select(Tag))}
    rows: dict[type, list[dict[str, Any]]] = {
        kind: [] for kind in (Package, PersistentId, Tag, PackageTag, Resource)
    }
    for number in numbers:
        made = make_dataset(rng, number, 0)
        package_id = new_id()
        rows[Package].append(
            {key: made[key] for key in COPIED}
            | {"id": package_id, "owner_org": organization_id, "was_active": True}
        )
        rows[PersistentId].append(_identifier_of(package_id, number))
        rows[Resource].extend(_links_of(package_id, made))
        for name in {tag["name"] for tag in made["tags"]}:
            if name not in tags:
                tags[name] = new_id()
                rows[Tag].append({"id": tags[name], "name": name})
            rows[PackageTag].append({"package_id": package_id, "tag_id": tags[name]})
    for kind, values in rows.items():
        if values:
            session.execute(sa.insert(kind), values)


def _identifier_of(package_id: str, number: int) -> dict[str, Any]:
    return {
        "package_id": package_id,
        "protocol": "doi",
        "authority": "10.5072",
        "identifier": f"FK2/BENCH{number}",
        "account": f"bench{number}",
    }


def _links_of(package_id: str, made: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "id": new_id(),
            "package_id": package_id,
            "position": position,
            "url": f"https://example.org/{one['name']}",
            "name": one["name"],
            "format": one["format"],
            "extras": {key: value for key, value in one.items() if key.startswith("dc:")},
            "created": utc_now(),
        }
        for position, one in enumerate(made["resources"])
    ]
